internal import CLibPQ

/// The memory that the C library hands out.
public enum Memory {
    /// Keeps it in one arena, before the first thread is made.
    ///
    /// The C library makes up to eight for each core, and with 1,000 connections each of them keeps what only some need: 20 KB
    /// a connection were measured. Two cores seldom ask at the same moment.
    public static func keepInOneArena() {
        mallopt(M_ARENA_MAX, 1)
    }
}
