import Glibc
import LocalServers
import Synchronization

private let names = Atomic<Int>(0)

/// Lends a standby that follows a server by streaming replication; it is destroyed afterwards.
public func withStandby<Value>(of primary: TestServer, _ body: (TestServer) async throws -> Value) async throws -> Value
{
    let standby = try await primary.copyAsStandby()
    let outcome: Result<Value, any Error>
    do {
        outcome = .success(try await body(standby))
    } catch {
        outcome = .failure(error)
    }
    await Task { _ = try? await standby.server.destroy() }.value
    return try outcome.get()
}

extension TestServer {
    /// Copies the server with pg_basebackup and starts the copy, which follows it.
    fileprivate func copyAsStandby() async throws -> TestServer {
        let servers = try await TestServers.shared()
        let directory = "\(servers.directory)/standby-\(names.add(1, ordering: .relaxed).newValue)"
        let copy = LocalServer(directory: directory, binaries: servers.binaries, account: servers.account)
        guard mkdir(directory, 0o700) == 0 else { throw TestServerError("cannot make \(directory)") }
        if servers.account.needsSwitch {
            guard chown(directory, servers.account.userID, servers.account.groupID) == 0 else {
                throw TestServerError("cannot give \(directory) to \(servers.account.name)")
            }
        }
        try await Program(
            servers.binaries.path(of: "pg_basebackup"),
            [
                "--host", host, "--port", String(port), "--username", LocalServer.superuser, "--pgdata",
                copy.dataDirectory, "--write-recovery-conf", "--wal-method", "stream", "--checkpoint", "fast",
                "--no-sync",
            ], as: servers.account
        ).output()
        guard let port = LoopbackPort.unused() else { throw TestServerError("no free port on 127.0.0.1") }
        let listening = Listening(port: port, socketDirectory: directory)
        let running = try await copy.start(listening, settings: TestServers.settings)
        return TestServer(server: copy, listening: listening, running: running)
    }

    /// A database that is there already: on a standby, the copy of one of its primary.
    public func database(_ name: String) -> TestDatabase { TestDatabase(name: name, server: self) }

    /// Makes a standby the primary; returns once it takes writes.
    public func promote() async throws {
        try await Program(
            server.binaries.path(of: "pg_ctl"), ["promote", "--pgdata", server.dataDirectory, "--wait"],
            as: server.account
        ).output()
    }
}
