import Postgres
import TestSupport

/// What is really in a database, read past the code under test: the rows of its version table and its other tables.
struct DatabaseState: Hashable, CustomStringConvertible {
    /// `2 clean`, `3 dirty`; several rows joined by a comma; `none` without a row, `no table` without the table.
    var version: String
    var tables: Set<String>

    init(_ version: String, _ tables: Set<String> = []) {
        self.version = version
        self.tables = tables
    }

    var description: String { "\(version), tables: \(tables.sorted().joined(separator: " "))" }
}

extension TestDatabase {
    /// Reads what is there.
    func state() async throws -> DatabaseState {
        let connection = try await connect()
        let tables = try await connection.query(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).rows.compactMap { $0[0] }
        guard tables.contains("schema_migrations") else {
            await connection.close()
            return DatabaseState("no table", Set(tables).subtracting(["gate"]))
        }
        let rows = try await connection.query(
            "SELECT version || CASE WHEN dirty THEN ' dirty' ELSE ' clean' END FROM schema_migrations ORDER BY 1"
        ).rows.compactMap { $0[0] }
        await connection.close()
        return DatabaseState(
            rows.isEmpty ? "none" : rows.joined(separator: ", "),
            Set(tables).subtracting(["schema_migrations", "gate"]))
    }

    /// Makes the version table as golang-migrate 4.18 makes it, with a row where a version is given.
    func adopt(_ version: Int?, isDirty: Bool = false) async throws {
        let row = version.map { "; INSERT INTO schema_migrations VALUES (\($0), \(isDirty))" } ?? ""
        try await psql(
            "CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null)\(row)")
    }
}

extension [TestDatabase] {
    /// Reads what is in each of them.
    func states() async throws -> [DatabaseState] {
        var states: [DatabaseState] = []
        for database in self { states.append(try await database.state()) }
        return states
    }
}

/// Waits until something holds, looking again and again; two minutes without it are a failure.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw ToolError("never came: \(what)")
}

extension TestDatabase {
    /// Lets a gated migration go on.
    func openGate() async throws { try await psql("CREATE TABLE gate ()") }

    /// Waits until a migration runs in this database.
    ///
    /// - Parameter word: what is in its text.
    func waitUntilBusy(with word: String = "pg_sleep") async throws {
        let connection = try await server.connect()
        try await eventually("a migration in \(name)") {
            try await connection.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = '\(name)' AND application_name LIKE 'pgfleet%' AND state = 'active' AND query LIKE '%\(word)%'
                """
            ).firstValue != "0"
        }
        await connection.close()
    }
}
