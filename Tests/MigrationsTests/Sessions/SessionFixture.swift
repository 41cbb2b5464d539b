import FleetModel
import Migrations
import Postgres
import TestSupport

/// A database of a test as a target.
struct Subject: Sendable {
    let database: TestDatabase
    let target: Target
    var settings: ConnectionSettings
    /// One try, so that a test that meets a lock ends.
    var rules = TargetRules(lockTimeout: LockTimeout(.seconds(5)), lockRetry: .never)

    init(_ database: TestDatabase, schema: String? = nil, port: Int? = nil, user: String? = nil) {
        self.database = database
        var keywords = database.keywords
        if let port { keywords["port"] = String(port) }
        if let user { keywords["user"] = user }
        settings = ConnectionSettings(keywords: keywords)
        target = Target(
            id: TargetID(rawValue: "test/local/\(database.name)"), environment: "test",
            endpoint: HostEndpoint(host: database.server.host, port: database.server.port), hostName: "local",
            database: database.name, schema: schema)
    }

    /// The same database, by the addresses of several servers.
    func reaching(_ servers: [TestServer]) -> Subject {
        var subject = self
        subject.settings["host"] = servers.map(\.host).joined(separator: ",")
        subject.settings["port"] = servers.map { String($0.port) }.joined(separator: ",")
        return subject
    }

    /// The same target under other rules.
    func with(_ change: (inout TargetRules) -> Void) -> Subject {
        var subject = self
        change(&subject.rules)
        return subject
    }

    /// Opens a session under the subject's rules, lends it, and closes it.
    func session<Value>(
        _ options: SessionOptions = SessionOptions(connectTimeout: ConnectTimeout(.seconds(30))),
        _ body: (TargetSession) async throws -> Value
    ) async throws -> Value {
        var options = options
        options.rules = rules
        let session = try await TargetSession.open(target, settings: settings, options: options)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(session))
        } catch {
            result = .failure(error)
        }
        await session.close()
        return try result.get()
    }

    /// Takes the database from where it is to a version, in a session of its own.
    @discardableResult
    func go(to version: Version?, in set: MigrationSet, _ options: RunOptions = RunOptions()) async throws
        -> TargetReport
    {
        try await session { session in
            let state = try await session.look()
            return await session.run(try set.route(from: state.version, to: version), in: set, options: options)
        }
    }

    func look() async throws -> VersionState { try await session { try await $0.look() } }

    /// The rows of the version table, as psql shows them.
    func rows() async throws -> String { try await database.psql("select version, dirty from schema_migrations") }

    /// How many advisory locks are held in the database.
    func advisoryLocks() async throws -> String {
        try await database.psql(
            """
            select count(*) from pg_locks where locktype = 'advisory'
            and database = (select oid from pg_database where datname = current_database())
            """)
    }

    /// The names of the tables in `public`, without the version table.
    func tables() async throws -> String {
        try await database.psql(
            "select string_agg(relname, ' ' order by relname) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'schema_migrations'"
        )
    }
}

/// Lends a target of some tool's layout on a database of its own, and the migrations in some files.
func withSubject<Value>(
    _ layout: Layout, _ files: [String: String], _ body: (Subject, MigrationSet) async throws -> Value
) async throws -> Value {
    let migrations = try await withFiles(files) { try MigrationSet.load(directory: $0, layout: layout) }
    return try await withDatabase { database in
        try await body(Subject(database).with { $0 = TargetRules(layout: layout, lockRetry: .never) }, migrations)
    }
}

/// Lends a target on a database of its own, and the migrations in some files.
func withSubject<Value>(
    _ files: [String: String], _ body: (Subject, MigrationSet) async throws -> Value
) async throws -> Value {
    let migrations = try await set(of: files)
    return try await withDatabase { try await body(Subject($0), migrations) }
}
