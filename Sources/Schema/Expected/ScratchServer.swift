public import FleetModel
internal import Foundation
internal import LocalServers
public import Migrations
internal import Postgres
internal import Synchronization

/// A throw-away PostgreSQL of this machine's programs, on a socket in a private directory, on which migrations are replayed.
///
/// It ends with this process, however that ends, or when it is no longer referred to.
public final class ScratchServer: Sendable {
    /// The release that it is, such as 15.
    public let major: Int
    private let directory: FleetingDirectory
    private let running: RunningServer
    private let names = Mutex(0)

    private static let settings = [
        "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off",
        "max_connections": "20", "shared_buffers": "32MB", "max_wal_size": "256MB", "wal_level": "minimal",
        "max_wal_senders": "0", "timezone": "UTC", "log_min_messages": "fatal", "log_min_error_statement": "panic",
    ]

    private init(major: Int, directory: FleetingDirectory, running: RunningServer) {
        self.major = major
        self.directory = directory
        self.running = running
    }

    /// Starts one: about a second.
    ///
    /// - Parameters:
    ///   - major: the release that is wanted; another one is taken where it is not installed.
    ///   - programs: where its programs are, if not where this machine has them.
    /// - Throws: `.programsMissing`, and what else keeps a server from starting.
    public static func start(major: Int?, programs: String? = nil) async throws -> ScratchServer {
        let binaries: PostgresBinaries
        if let programs {
            binaries = try await PostgresBinaries.at(programs)
        } else if let wanted = try? await PostgresBinaries.find(major: major) {
            binaries = wanted
        } else {
            binaries = try await PostgresBinaries.find()
        }
        let directory = try FleetingDirectory(named: "pgfleet-scratch")
        let server = LocalServer(
            directory: directory.path + "/server", binaries: binaries, account: try ServerAccount.current())
        try await server.create()
        let running = try await server.start(
            Listening(port: 5432, addresses: [], socketDirectory: server.directory), settings: Self.settings)
        return ScratchServer(major: binaries.major, directory: directory, running: running)
    }

    /// Makes a database as the rules say.
    ///
    /// - Throws: the first thing that cannot be made there.
    public func database(_ rules: ScratchRules) async throws(ScratchError) -> ScratchDatabase {
        let database = try await create(from: nil)
        let roles = rules.roles.map { role in
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = \(quotedLiteral(role))) THEN "
                + "CREATE ROLE \(quotedIdentifier(role)) NOLOGIN; END IF; END $$"
        }
        let extensions = rules.extensions.map { "CREATE EXTENSION IF NOT EXISTS \(quotedIdentifier($0)) CASCADE" }
        for statement in roles + extensions {
            do throws(PostgresError) {
                _ = try await database.run(statement)
            } catch {
                throw ScratchError(.setUp(statement.harmless, error.message.harmless))
            }
        }
        if let prelude = rules.prelude {
            guard let text = try? String(contentsOfFile: prelude, encoding: .utf8) else {
                throw ScratchError(.unreadablePrelude(prelude))
            }
            do throws(PostgresError) {
                _ = try await database.run(text)
            } catch {
                throw ScratchError(.setUp(prelude, error.message.harmless))
            }
        }
        return database
    }

    /// A database that is what another one is now: some tens of milliseconds. Nobody may be connected to that one.
    public func copy(of database: ScratchDatabase) async throws(ScratchError) -> ScratchDatabase {
        try await create(from: database.name)
    }

    private func create(from template: String?) async throws(ScratchError) -> ScratchDatabase {
        let number = names.withLock { last in
            last += 1
            return last
        }
        let name = "scratch_\(number)"
        do throws(PostgresError) {
            _ = try await maintenance.run(
                "CREATE DATABASE \(name)" + (template.map { " TEMPLATE \(quotedIdentifier($0))" } ?? ""))
        } catch {
            throw ScratchError(.setUp("CREATE DATABASE", error.message.harmless))
        }
        return ScratchDatabase(name: name, running: running)
    }

    /// The names of all roles, which a server has beside its databases.
    func roles() async -> Set<String> {
        let results = try? await maintenance.run("SELECT rolname FROM pg_roles")
        return Set((results?.first?.rows).map { rows in rows.compactMap { $0[0] } } ?? [])
    }

    /// Takes away the roles that files made, as far as no database needs them.
    func dropRoles(except kept: Set<String>) async {
        guard !kept.isEmpty else { return }
        for role in await roles().subtracting(kept) {
            _ = try? await maintenance.run("DROP ROLE \(quotedIdentifier(role))")
        }
    }

    private var maintenance: ScratchDatabase { ScratchDatabase(name: "postgres", running: running) }

    /// Takes a database away, with whoever is connected to it.
    public func drop(_ database: ScratchDatabase) async {
        _ = try? await maintenance.run("DROP DATABASE IF EXISTS \(database.name) WITH (FORCE)")
    }
}

/// A database of a scratch server.
public struct ScratchDatabase: Sendable {
    let name: String
    let running: RunningServer

    private var settings: ConnectionSettings {
        ConnectionSettings(keywords: [
            "host": running.host, "port": String(running.port), "user": LocalServer.superuser, "dbname": name,
            "sslmode": "disable",
        ])
    }

    /// Runs a text on a connection of its own.
    func run(_ text: String) async throws(PostgresError) -> [StatementResult] {
        let connection = try await Connection.open(settings, timeout: ConnectTimeout(.seconds(30)))
        do throws(PostgresError) {
            let results = try await connection.run(text)
            await connection.close()
            return results
        } catch {
            await connection.close()
            throw error
        }
    }

    /// A session as with a target, for the same migrations under the same rules, but for what concerns who else is there.
    ///
    /// - Parameter schema: made where it is missing.
    public func session(_ rules: TargetRules, schema: String?) async throws -> TargetSession {
        for schema in [schema, rules.versionTableSchema].compactMap(\.self) {
            _ = try await run("CREATE SCHEMA IF NOT EXISTS \(quotedIdentifier(schema))")
        }
        var plain = TargetRules()
        plain.layout = rules.layout
        plain.versionTable = rules.versionTable
        plain.versionTableSchema = rules.versionTableSchema
        plain.keepsHistory = false
        plain.keepsProgress = false
        let target = Target(
            id: TargetID(rawValue: "scratch/\(name)"), environment: "scratch",
            endpoint: HostEndpoint(host: running.host, port: running.port), hostName: "scratch", database: name,
            schema: schema)
        return try await TargetSession.open(
            target, settings: settings,
            options: SessionOptions(
                applicationName: "pgfleet/scratch", rules: plain, connectTimeout: ConnectTimeout(.seconds(30))))
    }
}
