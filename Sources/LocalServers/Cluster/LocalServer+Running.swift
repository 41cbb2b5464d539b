import FoundationEssentials
import Glibc

/// A server that runs now.
public struct RunningServer: Sendable, Hashable {
    public let pid: Int32
    public let port: Int
    /// The address that it listens on; nil where it has a socket only.
    public let address: String?
    public let socketDirectory: String?

    init?(_ file: PostmasterFile) {
        guard let port = file.port else { return nil }
        self.pid = file.pid
        self.port = port
        self.address = file.listenAddress
        self.socketDirectory = file.socketDirectory
    }

    /// What a client names as host: the address, or the socket's directory.
    public var host: String { address ?? socketDirectory ?? LoopbackAddress.v4.description }
}

/// What a directory's server is doing.
public enum ServerStatus: Sendable, Hashable {
    case noCluster
    /// No process uses the cluster; a lock file of a dead server may be left, and the next start deals with it.
    case stopped
    /// The process is there and does not take connections yet, or no longer.
    case changing(pid: Int32)
    case running(RunningServer)
}

extension LocalServer {
    /// Looks at the lock file, and at whether the process that it names really works in this data directory.
    public func status() -> ServerStatus {
        guard hasCluster else { return .noCluster }
        guard let file = PostmasterFile.read(inData: dataDirectory),
            DirectoryUsers.isWorking(file.pid, in: dataDirectory)
        else { return .stopped }
        guard file.isReady, let server = RunningServer(file) else { return .changing(pid: file.pid) }
        return .running(server)
    }

    /// Starts the server and returns once it takes connections; a server that runs already is returned as it is.
    ///
    /// The server has a session of its own and writes to `server.log` only, so it lives on when the caller ends.
    /// - Parameter settings: lines of postgresql.conf by name. Values are quoted here.
    /// - Throws: `.portInUse`, `.orphans`, `.noCluster` before anything is started; `.didNotStart` with the end of the log.
    @discardableResult
    public func start(
        _ listening: Listening, settings: [String: String] = [:], within limit: Duration = .seconds(60)
    ) async throws -> RunningServer {
        switch status() {
        case .noCluster:
            throw LocalServerError(.noCluster, directory: directory)
        case .running(let server):
            return server
        case .changing:
            return try await waitUntilReady(within: limit)
        case .stopped:
            break
        }
        try removeStaleLockFile()
        try await check(listening)
        try writeFile(dataDirectory + "/pgfleet.conf", configuration(listening, settings), mode: 0o600)
        let logStart = size(of: log)
        let outcome = try await Program(
            binaries.path(of: "pg_ctl"),
            [
                "start", "--pgdata", dataDirectory, "--log", log, "--silent", "--wait", "--timeout",
                String(limit.components.seconds),
            ],
            as: account
        ).run()
        guard outcome.succeeded, case .running(let server) = status() else {
            try Task.checkCancellation()
            let lines = logLines(from: logStart)
            throw LocalServerError(
                .didNotStart(log: log, lastLines: lines.isEmpty ? outcome.complaint : lines), directory: directory)
        }
        return server
    }

    /// Waits for a server that someone started.
    ///
    /// - Throws: `.noCluster`; `.didNotStart` if its process is gone; `.notReady` after the limit.
    public func waitUntilReady(within limit: Duration = .seconds(60)) async throws -> RunningServer {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline {
            switch status() {
            case .running(let server):
                return server
            case .noCluster:
                throw LocalServerError(.noCluster, directory: directory)
            case .stopped:
                throw LocalServerError(.didNotStart(log: log, lastLines: logLines(from: 0)), directory: directory)
            case .changing:
                try await Task.sleep(for: .milliseconds(20), clock: clock)
            }
        }
        throw LocalServerError(.notReady(after: limit), directory: directory)
    }

    /// Stops the server and returns once it is gone; does nothing where none runs.
    ///
    /// Only a process that works in this very data directory is sent a signal.
    /// - Throws: `.didNotStop` after the limit; the server is still there then.
    public func stop(_ mode: StopMode = .fast, within limit: Duration = .seconds(60)) async throws {
        let pid: Int32
        switch status() {
        case .noCluster, .stopped:
            return
        case .changing(let changing):
            pid = changing
        case .running(let server):
            pid = server.pid
        }
        let outcome = try await Program(
            binaries.path(of: "pg_ctl"),
            [
                "stop", "--pgdata", dataDirectory, "--silent", "--mode", mode.rawValue, "--wait", "--timeout",
                String(limit.components.seconds),
            ],
            as: account
        ).run()
        guard outcome.succeeded || !DirectoryUsers.isWorking(pid, in: dataDirectory) else {
            try Task.checkCancellation()
            throw LocalServerError(.didNotStop(pid: pid), directory: directory)
        }
    }

    // MARK: - Before the start

    /// A dead server's lock file would stop the next start if another program has its pid by now.
    private func removeStaleLockFile() throws {
        guard access(dataDirectory + "/postmaster.pid", F_OK) == 0 else { return }
        let orphans = DirectoryUsers.processes(in: dataDirectory)
        guard orphans.isEmpty else { throw LocalServerError(.orphans(orphans), directory: directory) }
        unlink(dataDirectory + "/postmaster.pid")
    }

    private func check(_ listening: Listening) async throws {
        // Looked at for half a second, because a server that was stopped just now may be about to let go.
        for attempt in 1...10 {
            if listening.addresses.allSatisfy({ LoopbackPort.isFree(listening.port, on: $0) }) { break }
            guard attempt < 10 else { throw LocalServerError(.portInUse(listening.port), directory: directory) }
            try await Task.sleep(for: .milliseconds(50))
        }
        if let path = listening.socketPath, path.utf8.count > 107 {
            throw LocalServerError(.socketPathTooLong(bytes: path.utf8.count), directory: directory)
        }
    }

    private func configuration(_ listening: Listening, _ settings: [String: String]) -> String {
        var all = settings
        all["port"] = String(listening.port)
        all["listen_addresses"] = listening.addresses.map(\.description).joined(separator: ",")
        all["unix_socket_directories"] = listening.socketDirectory ?? ""
        let lines = all.sorted { $0.key < $1.key }.map { "\($0.key) = '\(quoted($0.value))'" }
        return "# Written by pgfleet at each start; changes here are lost.\n" + lines.joined(separator: "\n") + "\n"
    }

    private func quoted(_ value: String) -> String {
        value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    }

    // MARK: - The log

    private func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private func logLines(from offset: Int) -> String {
        guard let bytes = FileManager.default.contents(atPath: log) else { return "" }
        let text = String(decoding: bytes.dropFirst(offset), as: UTF8.self)
        return text.split(separator: "\n").suffix(12).joined(separator: "\n")
    }
}
