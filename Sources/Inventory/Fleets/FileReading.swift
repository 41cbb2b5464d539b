internal import Dispatch
internal import Glibc

/// Reads whole files on a thread of Dispatch, because a disk or a network file system may block.
enum FileReading {
    /// Why a file was not read.
    enum Failure: Error {
        case system(String)
        case notRegular
        case larger
    }

    /// The file's bytes; `.larger` above `limit`, so that at most `limit` + 1 bytes are read.
    static func bytes(of path: String, limit: Int) async -> Result<[UInt8], Failure> {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { () throws(Failure) in try read(path, limit) })
            }
        }
    }

    /// The process's current folder.
    static var currentDirectory: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    private static func read(_ path: String, _ limit: Int) throws(Failure) -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw systemFailure() }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw systemFailure() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw systemFailure() }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else { throw .larger }
        }
    }

    private static func systemFailure() -> Failure {
        let code = errno
        var text = [UInt8](repeating: 0, count: 256)
        let isKnown = text.withUnsafeMutableBytes { buffer -> Bool in
            guard let start = buffer.bindMemory(to: CChar.self).baseAddress else { return false }
            return strerror_r(code, start, buffer.count) == 0
        }
        return .system(isKnown ? String(decoding: text.prefix { $0 != 0 }, as: UTF8.self) : "error \(code)")
    }
}
