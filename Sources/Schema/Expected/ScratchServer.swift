public import FleetModel
internal import Foundation
internal import LocalServers
public import Migrations
internal import Postgres
internal import Synchronization

/// A PostgreSQL on which migrations are replayed: a throw-away one of this machine's programs, on a socket in a private
/// directory, or one that the inventory names.
///
/// The first ends with this process, however that ends, or when it is no longer referred to. Of the second, the databases
/// that were made are dropped when it is closed.
public final class ScratchServer: Sendable {
    private enum Ground: Sendable {
        case local(FleetingDirectory)
        case named(NamedServer)
    }

    /// What was made.
    private struct Made {
        var last = 0
        var beingMade = 0
        var names: Set<String> = []
        var isClosed = false
    }

    /// The release that it is, such as 15.
    public let major: Int
    private let ground: Ground
    private let place: ScratchPlace
    private let made = Mutex(Made())

    private static let settings = [
        "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off",
        "max_connections": "20", "shared_buffers": "32MB", "max_wal_size": "256MB", "wal_level": "minimal",
        "max_wal_senders": "0", "timezone": "UTC", "log_min_messages": "fatal", "log_min_error_statement": "panic",
    ]

    private init(major: Int, ground: Ground, place: ScratchPlace) {
        self.major = major
        self.ground = ground
        self.place = place
    }

    /// Takes a server that the inventory names.
    ///
    /// - Throws: `.noServer`.
    static func open(_ named: ScratchServers.Named) async throws(ScratchError) -> ScratchServer {
        let server = try await NamedServer.open(named.access, with: named.resolver, isOfFleet: named.isOfFleet)
        return ScratchServer(major: server.major, ground: .named(server), place: server.place)
    }

    /// Whether one of a release can be started.
    static func has(major: Int, programs: String?) async -> Bool {
        (try? await binaries(major: major, programs: programs))?.major == major
    }

    private static func binaries(major: Int?, programs: String?) async throws -> PostgresBinaries {
        if let programs { return try await PostgresBinaries.at(programs) }
        if let wanted = try? await PostgresBinaries.find(major: major) { return wanted }
        return try await PostgresBinaries.find()
    }

    /// Starts one: about a second.
    ///
    /// - Parameters:
    ///   - major: the release that is wanted; another one is taken where it is not installed.
    ///   - programs: where its programs are, if not where this machine has them.
    /// - Throws: `.programsMissing`, and what else keeps a server from starting.
    public static func start(major: Int?, programs: String? = nil) async throws -> ScratchServer {
        let binaries = try await binaries(major: major, programs: programs)
        let directory = try FleetingDirectory(named: "pgfleet-scratch")
        let server = LocalServer(
            directory: directory.path + "/server", binaries: binaries, account: try ServerAccount.current())
        try await server.create()
        let running = try await server.start(
            Listening(port: 5432, addresses: [], socketDirectory: server.directory), settings: Self.settings)
        let place = ScratchPlace(
            settings: ConnectionSettings(keywords: [
                "host": running.host, "port": String(running.port), "user": LocalServer.superuser, "dbname": "postgres",
                "sslmode": "disable",
            ]), endpoint: HostEndpoint(host: running.host, port: running.port),
            timeout: ConnectTimeout(.seconds(30)))
        return ScratchServer(major: binaries.major, ground: .local(directory), place: place)
    }

    /// Makes a database as the rules say.
    ///
    /// - Throws: the first thing that cannot be made there.
    public func database(_ rules: ScratchRules) async throws(ScratchError) -> ScratchDatabase {
        let database = try await create(from: nil)
        do throws(ScratchError) {
            try await prepare(database, rules)
            return database
        } catch {
            await drop(database)
            throw error
        }
    }

    private func prepare(_ database: ScratchDatabase, _ rules: ScratchRules) async throws(ScratchError) {
        try await makeRoles(rules.roles, database)
        for name in rules.extensions {
            try await run("CREATE EXTENSION IF NOT EXISTS \(quotedIdentifier(name)) CASCADE", in: database)
        }
        guard let prelude = rules.prelude else { return }
        guard let text = try? String(contentsOfFile: prelude, encoding: .utf8) else {
            throw ScratchError(.unreadablePrelude(prelude))
        }
        try await run(text, called: prelude, in: database)
    }

    /// On a named server, roles are not made: they belong to all of it, and would stay.
    private func makeRoles(_ roles: [String], _ database: ScratchDatabase) async throws(ScratchError) {
        for role in roles {
            let (name, literal) = (quotedIdentifier(role), quotedLiteral(role))
            switch ground {
            case .local:
                try await run(
                    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = \(literal)) THEN "
                        + "CREATE ROLE \(name) NOLOGIN; END IF; END $$", in: database)
            case .named:
                let found = try await run("SELECT FROM pg_roles WHERE rolname = \(literal)", in: database)
                guard found.first?.rows.isEmpty == false else {
                    throw ScratchError(
                        .setUp(
                            "the role \(role.harmless)",
                            "it is not there, and no roles are made on a named server. Make it: CREATE ROLE \(name.harmless)"
                        ))
                }
            }
        }
    }

    @discardableResult
    private func run(
        _ text: String, called name: String? = nil, in database: ScratchDatabase
    ) async throws(ScratchError) -> [StatementResult] {
        do throws(PostgresError) {
            return try await database.run(text)
        } catch {
            throw ScratchError(.setUp((name ?? text).harmless, error.message.harmless))
        }
    }

    /// A database that is what another one is now: some tens of milliseconds. Nobody may be connected to that one.
    public func copy(of database: ScratchDatabase) async throws(ScratchError) -> ScratchDatabase {
        try await create(from: database.name)
    }

    private func create(from template: String?) async throws(ScratchError) -> ScratchDatabase {
        if case .named(let server) = ground { try await server.check() }
        let name = made.withLock { made -> String? in
            guard !made.isClosed else { return nil }
            made.last += 1
            made.beingMade += 1
            let name = prefix + "_\(made.last)"
            made.names.insert(name)
            return name
        }
        guard let name else { throw ScratchError(.noServer("it was ended")) }
        let outcome: Result<Void, PostgresError>
        do throws(PostgresError) {
            _ = try await maintenance.run(
                "CREATE DATABASE \(name)" + ((template ?? source).map { " TEMPLATE \(quotedIdentifier($0))" } ?? ""))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        made.withLock { $0.beingMade -= 1 }
        if case .failure(let error) = outcome {
            // The answer may have been lost, and not the database.
            await drop(ScratchDatabase(name: name, place: place))
            throw ScratchError(.setUp("CREATE DATABASE", error.message.harmless))
        }
        return ScratchDatabase(name: name, place: place)
    }

    private var prefix: String {
        switch ground {
        case .local: "scratch"
        case .named(let server): server.prefix
        }
    }

    /// On a server that others use, someone may be connected to template1, and it may have what is theirs.
    private var source: String? {
        switch ground {
        case .local: nil
        case .named: "template0"
        }
    }

    /// The names of all roles, which a server has beside its databases; empty for a named server, whose roles are none of
    /// ours.
    func roles() async -> Set<String> {
        guard case .local = ground else { return [] }
        let results = try? await maintenance.run("SELECT rolname FROM pg_roles")
        return Set((results?.first?.rows).map { rows in rows.compactMap { $0[0] } } ?? [])
    }

    /// Takes away the roles that files made, as far as no database needs them; none on a named server.
    func dropRoles(except kept: Set<String>) async {
        guard !kept.isEmpty else { return }
        for role in await roles().subtracting(kept) {
            _ = try? await maintenance.run("DROP ROLE \(quotedIdentifier(role))")
        }
    }

    private var maintenance: ScratchDatabase { ScratchDatabase(name: place.database, place: place) }

    /// Takes a database away, with whoever is connected to it.
    public func drop(_ database: ScratchDatabase) async {
        let (name, maintenance) = (database.name, maintenance)
        // Also where the task was cancelled: on a named server it would stay.
        let isGone = await Task {
            do throws(PostgresError) {
                _ = try await maintenance.run("DROP DATABASE IF EXISTS \(quotedIdentifier(name)) WITH (FORCE)")
                return true
            } catch {
                return false
            }
        }.value
        if isGone { made.withLock { _ = $0.names.remove(name) } }
    }

    /// Ends a server of this machine; of a named one, drops the databases that are left.
    ///
    /// - Returns: once no database is being made any more, so that none is left behind.
    func close() async {
        made.withLock { $0.isClosed = true }
        guard case .named(let server) = ground else { return }
        for _ in 0..<500 where made.withLock({ $0.beingMade > 0 }) { try? await Task.sleep(for: .milliseconds(20)) }
        for name in made.withLock({ $0.names }) { await drop(ScratchDatabase(name: name, place: place)) }
        await server.close()
    }
}

/// A database of a scratch server.
public struct ScratchDatabase: Sendable {
    let name: String
    let place: ScratchPlace

    private var settings: ConnectionSettings {
        var settings = place.settings
        settings["dbname"] = name
        return settings
    }

    /// Runs a text on a connection of its own.
    func run(_ text: String) async throws(PostgresError) -> [StatementResult] {
        let connection = try await Connection.open(settings, timeout: place.timeout)
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
            id: TargetID(rawValue: "scratch/\(name)"), environment: "scratch", endpoint: place.endpoint,
            hostName: "scratch", database: name, schema: schema)
        return try await TargetSession.open(
            target, settings: settings,
            options: SessionOptions(
                applicationName: "pgfleet/scratch", rules: plain, connectTimeout: place.timeout))
    }
}
