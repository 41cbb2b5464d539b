import FoundationEssentials
import Glibc

/// What a running server writes about itself into `postmaster.pid`.
///
/// - Source: PostgreSQL's src/include/utils/pidfile.h, "LOCK_FILE_LINE".
struct PostmasterFile: Sendable, Hashable {
    var pid: Int32
    var dataDirectory: String
    var port: Int?
    var socketDirectory: String?
    var listenAddress: String?
    var isReady: Bool

    init?(contents: String) {
        let lines = contents.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 2, let pid = Int32(lines[0]), pid > 1 else { return nil }
        self.pid = pid
        dataDirectory = lines[1]
        port = lines.count > 3 ? Int(lines[3]) : nil
        socketDirectory = lines.count > 4 && !lines[4].isEmpty ? lines[4] : nil
        listenAddress = lines.count > 5 && !lines[5].isEmpty ? lines[5] : nil
        let state = lines.count > 7 ? lines[7].trimmingSuffix(while: \.isWhitespace) : ""
        isReady = state == "ready" || state == "standby"
    }

    static func read(inData directory: String) -> PostmasterFile? {
        guard let contents = try? String(contentsOfFile: directory + "/postmaster.pid", encoding: .utf8) else {
            return nil
        }
        return PostmasterFile(contents: contents)
    }
}

/// Processes that work inside a directory, as `/proc` tells.
///
/// A server and all its processes keep their data directory as working directory, so this tells a live server from a
/// lock file left by a dead one whose pid another program has by now.
enum DirectoryUsers {
    static func processes(in directory: String) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { isWorking($0, in: directory) }.sorted()
    }

    static func isWorking(_ pid: Int32, in directory: String) -> Bool {
        guard let resolved = realpath(directory, nil) else { return false }
        defer { free(resolved) }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(pid)/cwd", &buffer, buffer.count - 1)
        guard count > 0 else { return false }
        let working = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return working == String(cString: resolved)
    }
}
