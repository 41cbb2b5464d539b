import FoundationEssentials
import Glibc
import LocalServers
import TestSupport

/// Small file systems in memory, with limits of their own.
enum Disk {
    static var canMount: Bool {
        get async {
            guard geteuid() == 0 else { return false }
            let isMounted = try? await withTemporaryDirectory { path in
                try await with([], at: path + "/probe") { true }
            }
            return isMounted ?? false
        }
    }

    /// Mounts one for as long as the body runs.
    static func with<Value>(_ options: [String], at path: String, _ body: () async throws -> Value) async throws
        -> Value
    {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let words = ["-t", "tmpfs", "-o", (options + ["mode=0700"]).joined(separator: ","), "tmpfs", path]
        _ = try await Program("/bin/mount", words).output()
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        // In a task of its own, because a cancelled test still has to unmount; lazily, whoever still has a file open.
        await Task { _ = try? await Program("/bin/umount", ["--lazy", path]).run() }.value
        return try outcome.get()
    }

    /// Writes a file until nothing more fits.
    static func fill(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        for size in [4096, 1] {
            let bytes = [UInt8](repeating: 0, count: size)
            while write(descriptor, bytes, size) == size {}
        }
    }
}
