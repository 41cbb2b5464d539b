import FleetModel
import LocalServers
import Migrations
import TestSupport
import Testing

@Suite("Beside golang-migrate") struct CompatibilityTests {
    private let files = [
        "1_a.up.sql": "create table a ()", "1_a.down.sql": "drop table a", "2_b.up.sql": "create table b ()",
        "2_b.down.sql": "drop table b",
    ]
    /// What golang-migrate v4.19.1 sends when its table is missing.
    private let theirTable = """
        CREATE TABLE IF NOT EXISTS "public"."schema_migrations" (version bigint not null primary key, dirty boolean not null)
        """

    /// What it sends to record a state.
    private func theirRow(_ row: String) -> String {
        """
        BEGIN; TRUNCATE "public"."schema_migrations";
        INSERT INTO "public"."schema_migrations" (version, dirty) VALUES \(row); COMMIT
        """
    }

    @Test func `a database that it migrated is gone on with`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.database.psql("\(theirTable); create table a (); \(theirRow("(1, false)"))")
            let report = try await subject.go(to: 2, in: set)
            #expect(report.before == VersionState(version: 1))
            #expect(report.after == VersionState(version: 2))
            #expect(try await subject.tables() == "a b")
        }
    }

    @Test func `its table is made exactly as it makes it`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.database.psql(theirTable)
            let theirs = try await subject.dump()
            try await subject.database.psql("drop table schema_migrations")
            try await subject.go(to: 1, in: set)
            try await subject.go(to: nil, in: set)
            #expect(try await subject.dump() == theirs)
        }
    }

    @Test(arguments: [
        ("(3, true)", VersionState(version: 3, isDirty: true)),
        ("(-1, true)", VersionState(version: nil, isDirty: true)),
        ("(3, false)", VersionState(version: 3)),
        ("(9223372036854775807, false)", VersionState(version: Version(UInt64(Int64.max)))),
    ])
    func `each of its rows means the same`(row: String, state: VersionState) async throws {
        try await withSubject(files) { subject, _ in
            try await subject.database.psql("\(theirTable); \(theirRow(row))")
            #expect(try await subject.look() == state)
        }
    }

    @Test func `its emptied table means that nothing is applied`() async throws {
        try await withSubject(files) { subject, _ in
            try await subject.database.psql(theirTable)
            #expect(try await subject.look() == .empty)
        }
    }

    @Test func `it can go on after pgfleet`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            // What golang-migrate does for the next version, on the table that pgfleet left.
            try await subject.database.psql(
                "\(theirTable); \(theirRow("(2, true)")); create table b (); \(theirRow("(2, false)"))")
            #expect(try await subject.look() == VersionState(version: 2))
            #expect(try await subject.go(to: 1, in: set).after == VersionState(version: 1))
        }
    }
}

@Suite("Going up, down and up again") struct ReversibilityTests {
    @Test func `leaves the same schema`() async throws {
        let root = String(#filePath.split(separator: "Tests/MigrationsTests")[0])
        let set = try MigrationSet.load(directory: root + "migrations")
        try await withDatabase { database in
            let subject = Subject(database)
            let empty = try await subject.dump()
            var dumps: [Version: String] = [:]
            for version in set.versions {
                #expect(try await subject.go(to: version, in: set).failure == nil)
                dumps[version] = try await subject.dump()
            }
            for version in set.versions.dropLast().reversed() {
                #expect(try await subject.go(to: version, in: set).failure == nil)
                #expect(try await subject.dump() == dumps[version], "down to \(version)")
            }
            #expect(try await subject.go(to: nil, in: set).failure == nil)
            try await subject.database.psql("drop table schema_migrations")
            #expect(try await subject.dump() == empty)
            #expect(try await subject.go(to: set.newest, in: set).finished.count == set.versions.count)
            let newest = try #require(set.newest)
            #expect(try await subject.dump() == dumps[newest])
        }
    }
}

extension Subject {
    /// The schema as pg_dump writes it, without the lines that differ from run to run.
    func dump() async throws -> String {
        let program = database.server.server.binaries.path(of: "pg_dump")
        let server = database.server
        let text = try await Program(
            program,
            [
                "--schema-only", "--exclude-schema=pgfleet", "-h", server.host, "-p", "\(server.port)", "-U",
                LocalServer.superuser, database.name,
            ]
        ).output()
        return text.split(separator: "\n").filter { !$0.hasPrefix("\\") && !$0.hasPrefix("--") }.joined(separator: "\n")
    }
}
