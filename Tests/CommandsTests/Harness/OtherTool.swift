import LocalServers
import Migrations
import Postgres
import TestSupport

/// Does to a database what golang-migrate 4.19.1 does, statement by statement in its order: the lock; the version as dirty
/// in a transaction of its own, by TRUNCATE and INSERT; the file as one simple query; the version as clean.
///
/// - Source: golang-migrate v4.19.1, `migrate.go` (`runMigrations`) and `database/postgres` (`SetVersion`, `Run`).
struct OtherTool: Sendable {
    let database: TestDatabase
    /// Its option `x-multi-statement`: each fragment between two `;` is a query of its own.
    var isMulti = false

    /// Runs the up files of a folder to their end, from one version to another.
    func up(from start: Int = 0, to version: Int, of files: [String: String]) async throws {
        let ups = files.keys.filter { $0.hasSuffix(".up.sql") }.map { (name: $0, version: Self.version(of: $0)) }
        for up in ups.sorted(by: { $0.version < $1.version }) where up.version > start && up.version <= version {
            let complaint = try await run(files[up.name] ?? "", leadingTo: up.version)
            if let complaint { throw ToolError("\(up.name): \(complaint)") }
        }
    }

    static func version(of name: String) -> Int { Int(name.prefix { $0.isNumber }) ?? 0 }

    /// Runs one file that leads to a version; `nil` is nothing applied.
    ///
    /// - Returns: what the server said to a statement that failed; then the version stays dirty.
    @discardableResult
    func run(_ text: String, leadingTo version: Int?) async throws -> String? {
        let session = try await database.connect()
        try await begin(session, leadingTo: version)
        do throws(PostgresError) {
            for query in isMulti ? Self.fragments(of: text) : [text] { _ = try await session.run(query) }
            _ = try await session.run(Self.setting(version, isDirty: false))
        } catch {
            await session.close()
            return error.message
        }
        await session.close()
        return nil
    }

    /// Takes the lock and marks the version.
    func begin(_ session: Connection, leadingTo version: Int?) async throws {
        _ = try await session.query("SELECT pg_advisory_lock(\(lock))")
        _ = try await session.run(
            "CREATE TABLE IF NOT EXISTS \"public\".\"schema_migrations\" "
                + "(version bigint not null primary key, dirty boolean not null)")
        _ = try await session.run(Self.setting(version, isDirty: true))
    }

    /// Runs a file as a client that is killed with SIGKILL while the server is at work on it.
    ///
    /// - Returns: once the client is gone; the server goes on.
    func runAndDie(_ text: String, leadingTo version: Int?) async throws {
        let words = [
            "/usr/bin/psql", "-X", "-q", "-h", database.server.host, "-p", "\(database.server.port)", "-U", "postgres",
            "-d", database.name, "-c", "SELECT pg_advisory_lock(\(lock))", "-c",
            Self.setting(version, isDirty: true), "-c", text,
        ]
        _ = try await Program("/usr/bin/timeout", ["-s", "KILL", "0.7"] + words).run()
    }

    /// `SetVersion`.
    static func setting(_ version: Int?, isDirty: Bool) -> String {
        let row =
            version == nil && !isDirty ? "" : "INSERT INTO schema_migrations VALUES (\(version ?? -1), \(isDirty));"
        return "BEGIN; TRUNCATE \"public\".\"schema_migrations\"; \(row) COMMIT"
    }

    private var lock: String {
        "\(LockID(schema: "public", table: "schema_migrations", database: "/" + database.name).number)"
    }

    private static func fragments(of text: String) -> [String] {
        text.split(separator: ";").map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
    }
}
