import FoundationEssentials
import Glibc

/// A PostgreSQL cluster in a directory of its own, for throw-away data on this machine.
///
/// The directory holds `data` (the cluster) and `server.log`. Nothing here keeps state in memory: each call looks at the
/// directory, so a server that another process started is stopped by this one.
public struct LocalServer: Sendable, Hashable {
    /// How whoever connects proves who they are.
    public enum Authentication: Sendable, Hashable {
        /// Everyone on this machine who reaches the port or the socket is let in as any role.
        case trust
        /// Roles have passwords; this one is the superuser's.
        case scram(superuserPassword: String)
    }

    /// How a server is told to stop.
    public enum StopMode: String, Sendable, Hashable {
        /// Waits for its clients to leave.
        case smart
        /// Ends the sessions of its clients, writes everything to disk.
        case fast
        /// Ends at once, like a crash; the next start recovers.
        case immediate
    }

    /// The superuser that `create` makes.
    public static let superuser = "postgres"

    public let directory: String
    public let binaries: PostgresBinaries
    public let account: ServerAccount

    public init(directory: String, binaries: PostgresBinaries, account: ServerAccount) {
        self.directory = directory
        self.binaries = binaries
        self.account = account
    }

    public var dataDirectory: String { directory + "/data" }
    public var log: String { directory + "/server.log" }
    public var hasCluster: Bool { access(dataDirectory + "/PG_VERSION", F_OK) == 0 }

    /// Makes the cluster: UTF-8, locale C.UTF-8, not synced to disk, as nothing in it is worth keeping after a power cut.
    ///
    /// A cluster that is there already is left alone. One that was interrupted half way is made anew.
    /// - Throws: `.unreachable` where the server's account may not enter the directory; `.notACluster` where the directory
    ///   holds something else. Nothing is left behind that a second call would stumble over.
    public func create(authentication: Authentication = .trust) async throws {
        if hasCluster { return }
        try prepareDirectory()
        let unfinished = directory + "/data.unfinished"
        try await removeTree(unfinished)
        var arguments = [
            "--pgdata", unfinished, "--no-sync", "--username", Self.superuser, "--encoding", "UTF8", "--locale",
            "C.UTF-8",
        ]
        let passwordFile = directory + "/password"
        switch authentication {
        case .trust:
            arguments += ["--auth", "trust"]
        case .scram(let password):
            try writeFile(passwordFile, password + "\n", mode: 0o600)
            arguments += ["--auth", "scram-sha-256", "--pwfile", passwordFile]
        }
        defer { unlink(passwordFile) }
        do {
            try await run("initdb", arguments)
            try appendFile(unfinished + "/postgresql.conf", "include_if_exists = 'pgfleet.conf'\n")
        } catch {
            try await removeTree(unfinished)
            throw error
        }
        guard rename(unfinished, dataDirectory) == 0 else { throw fileError("move the new cluster into place") }
    }

    /// Removes the cluster, its log and its directory; stops the server first if it runs.
    public func destroy() async throws {
        try await stop(.immediate)
        try await removeTree(directory)
    }

    // MARK: - Files

    private func prepareDirectory() throws {
        if access(dataDirectory, F_OK) == 0 { throw LocalServerError(.notACluster, directory: directory) }
        if let obstacle = account.obstacle(onTheWayTo: directory.droppingLastComponent) {
            throw LocalServerError(.unreachable(obstacle: obstacle, account: account.name), directory: directory)
        }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw LocalServerError(
                .fileOperation("create the directory", complaint: String(describing: error)), directory: directory)
        }
        if let obstacle = account.obstacle(onTheWayTo: directory.droppingLastComponent) {
            throw LocalServerError(.unreachable(obstacle: obstacle, account: account.name), directory: directory)
        }
        guard chmod(directory, 0o700) == 0 else { throw fileError("make the directory private") }
        if account.needsSwitch {
            guard chown(directory, account.userID, account.groupID) == 0 else {
                throw fileError("give the directory to \(account.name)")
            }
        }
    }

    func writeFile(_ path: String, _ text: String, mode: mode_t) throws {
        unlink(path)
        try write(text, to: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        if account.needsSwitch {
            guard chown(path, account.userID, account.groupID) == 0 else {
                throw fileError("give \(path) to its account")
            }
        }
    }

    private func appendFile(_ path: String, _ text: String) throws {
        try write(text, to: path, flags: O_WRONLY | O_APPEND, mode: 0o600)
    }

    private func write(_ text: String, to path: String, flags: Int32, mode: mode_t) throws {
        let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw fileError("open \(path)") }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw fileError("write \(path)") }
            rest = rest.dropFirst(count)
        }
    }

    /// By a program, because a cluster has a thousand files, too many to remove on a thread that others wait for.
    private func removeTree(_ path: String) async throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        do {
            try await Program("/bin/rm", ["-rf", "--", path]).output()
        } catch let error as LocalServerError {
            throw LocalServerError(error.reason, directory: directory)
        }
    }

    private func fileError(_ operation: String) -> LocalServerError {
        LocalServerError(.fileOperation(operation, complaint: String(cString: strerror(errno))), directory: directory)
    }

    @discardableResult
    func run(_ program: String, _ arguments: [String]) async throws -> String {
        do {
            return try await Program(binaries.path(of: program), arguments, as: account).output()
        } catch let error as LocalServerError {
            throw LocalServerError(error.reason, directory: directory)
        }
    }
}
