internal import CLibPQ

/// The memory that the C library hands out.
public enum Memory {
    /// Keeps it in one arena, before the first thread is made.
    ///
    /// The C library makes up to eight for each core, and each of them keeps what only some need: with 1,000 connections that
    /// was 20 KB for each of them (`Benchmarks/floor`).
    public static func keepInOneArena() {
        mallopt(M_ARENA_MAX, 1)
    }
}
