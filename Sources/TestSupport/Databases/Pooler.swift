import FleetModel
import FoundationEssentials
import LocalServers
import Postgres

/// A PgBouncer of a test, in front of one server.
public struct Pooler: Sendable {
    /// It listens on 127.0.0.1 here.
    public let port: Int
}

/// Lends a PgBouncer that lets everyone in as the server's superuser.
///
/// - Parameters:
///   - mode: `session`, `transaction` or `statement`.
///   - settings: more of its settings.
public func withPooler<Value: Sendable>(
    _ mode: String, before server: TestServer, settings: [String: String] = [:],
    _ body: (Pooler) async throws -> Value
) async throws -> Value {
    guard let port = LoopbackPort.unused() else { throw TestServerError("no free port on 127.0.0.1") }
    return try await withTemporaryDirectory { directory in
        let own = [
            "listen_addr": server.host, "listen_port": String(port), "unix_socket_dir": "", "auth_type": "any",
            "pool_mode": mode,
        ]
        let lines = own.merging(settings) { $1 }.map { "\($0.key) = \($0.value)" }.sorted()
        let text = """
            [databases]
            * = host=\(server.host) port=\(server.port) user=\(LocalServer.superuser)
            [pgbouncer]
            \(lines.joined(separator: "\n"))

            """
        try Data(text.utf8).write(to: URL(filePath: directory + "/pgbouncer.ini"))
        // Works inside the directory, so that whoever cleans up after a killed test finds it.
        let program = Program(
            "/bin/sh", ["-c", "cd \"$0\" && exec \"$1\" pgbouncer.ini", directory, try Pooler.program()],
            as: server.server.account)
        let running = Task { try await program.run() }
        let outcome: Result<Value, any Error>
        do {
            try await Pooler.wait(for: server, at: port)
            outcome = .success(try await body(Pooler(port: port)))
        } catch {
            outcome = .failure(error)
        }
        running.cancel()
        _ = await running.result
        return try outcome.get()
    }
}

extension Pooler {
    fileprivate static func program() throws -> String {
        let candidates = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
        guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw TestServerError("no pgbouncer; install it with: make bootstrap")
        }
        return found
    }

    fileprivate static func wait(for server: TestServer, at port: Int) async throws {
        var keywords = server.keywords(database: "postgres")
        keywords["port"] = String(port)
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            do {
                let connection = try await Connection.open(
                    ConnectionSettings(keywords: keywords), timeout: ConnectTimeout(.seconds(5)))
                return await connection.close()
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
