public import FleetModel
public import LocalServers
public import Postgres

/// A running server of a test, with a superuser `postgres` that needs no password.
public struct TestServer: Sendable {
    public let server: LocalServer
    public let listening: Listening
    public let running: RunningServer

    /// Reaches the server by TCP.
    public var host: String { LoopbackAddress.v4.description }
    public var port: Int { listening.port }
    /// Reaches the server by its socket, `.s.PGSQL.<port>` in here.
    public var socketDirectory: String { server.directory }

    /// Where a target on this server is.
    public var endpoint: HostEndpoint { HostEndpoint(host: host, port: port) }

    /// libpq's keywords for a database of this server, by TCP.
    public func keywords(database: String) -> [String: String] {
        ["host": host, "port": String(port), "user": LocalServer.superuser, "dbname": database]
    }

    /// Connects as the superuser, by TCP.
    public func connect(database: String = "postgres") async throws -> Connection {
        try await Connection.open(
            ConnectionSettings(keywords: keywords(database: database)), timeout: ConnectTimeout(.seconds(30)))
    }

    /// Runs SQL by psql, outside of the code under test; rows come back as lines, fields joined by `|`.
    @discardableResult
    public func psql(_ sql: String, database: String = "postgres") async throws -> String {
        try await server.psql([sql], database: database, on: running)
    }

    /// Runs SQL by psql through a proxy in front of this server.
    @discardableResult
    public func psql(_ commands: String..., through proxy: CountingProxy) async throws -> String {
        try await server.psql(commands, on: running, port: proxy.port)
    }

    /// Makes an empty database.
    public func createDatabase(_ name: String) async throws -> TestDatabase {
        let connection = try await connect()
        _ = try await connection.run("CREATE DATABASE \(quotedIdentifier(name))")
        await connection.close()
        return TestDatabase(name: name, server: self)
    }

    /// Ends the server as a power cut would, connections and all; `restart` brings it back.
    public func crash() async throws { try await server.stop(.immediate) }

    /// Makes the server a standby that follows nobody: it can be read and takes no writes.
    public func becomeStandby() async throws {
        try await server.stop(.fast)
        try await Program("/usr/bin/touch", [server.dataDirectory + "/standby.signal"], as: server.account).output()
        try await restart()
    }

    /// Starts the server again where it was before.
    public func restart() async throws { try await server.start(listening, settings: TestServers.settings) }
}

/// A database that one test has to itself.
public struct TestDatabase: Sendable {
    public let name: String
    public let server: TestServer

    /// What a connection to this database is opened with, by TCP as the superuser.
    public var settings: ConnectionSettings { ConnectionSettings(keywords: keywords) }

    /// Connects as the superuser, by TCP. The session ends when it is closed or no longer referred to.
    public func connect() async throws -> Connection { try await server.connect(database: name) }

    /// libpq's keywords, by TCP as the superuser.
    public var keywords: [String: String] { server.keywords(database: name) }

    /// Runs SQL by psql, outside of the code under test; rows come back as lines, fields joined by `|`.
    @discardableResult
    public func psql(_ sql: String) async throws -> String { try await server.psql(sql, database: name) }
}
