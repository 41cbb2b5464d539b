import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("Where golang-migrate stumbles") struct StumblingBlockTests {
    @Test func `CREATE INDEX CONCURRENTLY may stand beside other statements, semicolons in quotes included`()
        async throws
    {
        let files = [
            "1_a.up.sql": """
            CREATE TABLE a (t text);\r
            CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN RETURN ';'; END; $body$;\r
            INSERT INTO a VALUES ('x;y'), (f()); -- not the end; of it\r
            CREATE INDEX CONCURRENTLY i ON a (t);\r

            """
        ]
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 1, in: set)
            #expect(report.failure == nil)
            #expect(try await subject.database.psql("select string_agg(t, ' ') from a") == "x;y ;")
            #expect(
                try await subject.database.psql("select indisvalid from pg_index where indexrelid = 'i'::regclass")
                    == "t")
            #expect(try await subject.rows() == "1|f")
        }
    }

    /// Its issue 960: a run that waits inside of the server holds a snapshot, for which the index build waits.
    @Test func `a run that waits for the lock does not deadlock with CREATE INDEX CONCURRENTLY`() async throws {
        let files = [
            "1_a.up.sql": "CREATE TABLE a (t int)",
            "2_b.up.sql": "CREATE INDEX CONCURRENTLY i ON a (t)",
        ]
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            // Keeps the build waiting until both runs are there.
            let reader = try await subject.database.connect()
            _ = try await reader.run("BEGIN; SELECT * FROM a")
            async let first = subject.go(to: 2, in: set)
            async let second = subject.go(to: 2, in: set)
            let deadline = ContinuousClock.now + .seconds(60)
            var sessions = ""
            while sessions != "2 1", ContinuousClock.now < deadline {
                sessions = try await subject.database.psql(
                    """
                    select count(*) || ' ' || count(*) filter (where query like 'CREATE INDEX%') from pg_stat_activity
                    where datname = current_database() and application_name like 'pgfleet%'
                    """)
            }
            _ = try await reader.run("COMMIT")
            await reader.close()
            let failures = try await [first.failure, second.failure]
            #expect(failures == [nil, nil])
            #expect(try await subject.rows() == "2|f")
        }
    }

    /// TRUNCATE would wait for it.
    @Test func `whoever reads the version table in a transaction does not hold a migration up`() async throws {
        let files = ["1_a.up.sql": "CREATE TABLE a ()", "2_b.up.sql": "CREATE TABLE b ()"]
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            let reader = try await subject.database.connect()
            _ = try await reader.run("BEGIN; SELECT * FROM schema_migrations")
            let report = try await subject.with { $0.lockTimeout = LockTimeout(.milliseconds(200)) }.go(to: 2, in: set)
            #expect(report.failure == nil)
            await reader.close()
        }
    }

    @Test func `the right to TRUNCATE is not needed`() async throws {
        try await withSubject(["1_a.up.sql": "SELECT 1"]) { subject, set in
            let role = "writer_\(subject.database.name)"
            try await subject.database.psql(
                """
                create table schema_migrations (version bigint not null primary key, dirty boolean not null);
                create role \(role) login; grant select, insert, delete on schema_migrations to \(role)
                """)
            let writer = Subject(subject.database, user: role)
            #expect(try await writer.go(to: 1, in: set).failure == nil)
            #expect(try await subject.rows() == "1|f")
            try await subject.database.psql("drop owned by \(role); drop role \(role)")
        }
    }

    @Test(arguments: ["", " \r\n\t", "-- nothing yet", "/* nothing; yet */ -- at all"])
    func `a file without a statement moves the version`(text: String) async throws {
        try await withSubject(["1_a.up.sql": text, "1_a.down.sql": text]) { subject, set in
            let up = try await subject.go(to: 1, in: set)
            #expect(up.failure == nil)
            #expect(try await subject.rows() == "1|f")
            let down = try await subject.go(to: nil, in: set)
            #expect(down.failure == nil)
            #expect(try await subject.rows() == "")
        }
    }
}
