import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("A migration that fails") struct FailureTests {
    private static let first = ["1_a.up.sql": "create table a (i int primary key)", "1_a.down.sql": "drop table a"]

    @Test(arguments: [
        ("insert into nowhere values (1); create table b (); select 1", 1, 1, 13, "42P01"),
        ("create table b ();\r\n/* é */ insert into nowhere values ('ä');\r\nselect 1", 2, 2, 21, "42P01"),
        ("create table b (); select 1;\n  insert into a values (1), (1)", 3, 2, 3, "23505"),
    ])
    func `in its first, middle or last statement leaves the version before, clean`(
        sql: String, statement: Int, line: Int, column: Int, sqlState: String
    ) async throws {
        try await withSubject(Self.first.merging(["2_b.up.sql": sql]) { $1 }) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            let failure = try #require(report.failure)
            #expect(failure.kind == .sql)
            #expect(failure.sqlState == sqlState)
            #expect(failure.step?.version == 2)
            #expect(failure.place?.file.hasSuffix("2_b.up.sql") == true)
            #expect(failure.place?.statement == statement)
            #expect(failure.place?.statements == 3)
            #expect(failure.place?.line == line)
            #expect(failure.place?.column == column)
            #expect(failure.consequence == "The database is clean on version 1")
            #expect(failure.remedy?.contains("pgfleet migrate goto 2 --target \(subject.target.id)") == true)
            #expect(report.finished.map(\.step.version) == [1])
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.rows() == "1|f")
            #expect(try await subject.tables() == "a")
        }
    }

    @Test func `a version table that someone rewrote meanwhile is no success`() async throws {
        let files = ["1_a.up.sql": "create table a ()", "2_b.up.sql": "create table b ()"]
        try await withSubject(files) { subject, set in
            let options = RunOptions(onStep: { progress in
                guard case .finished(let finished) = progress, finished.step.version == 2 else { return }
                _ = try? await subject.database.psql("update schema_migrations set version = 1")
            })
            let report = try await subject.go(to: 2, in: set, options)
            #expect(report.after == VersionState(version: 1))
            #expect(report.failure?.kind == .moved)
            #expect(report.failure?.message.contains("says 1") == true)
        }
    }

    @Test func `to be read afterwards does not say that nothing was changed`() async throws {
        let second = """
            create function second() returns trigger language plpgsql as $$ begin
                if pg_trigger_depth() < 2 then insert into schema_migrations values (77, false); end if; return null;
            end $$;
            create trigger second after insert on schema_migrations for each row execute function second()
            """
        try await withSubject(["1_a.up.sql": "create table a (); \(second)"]) { subject, set in
            let report = try await subject.go(to: 1, in: set)
            #expect(report.failure?.kind == .versionTable)
            #expect(report.failure?.consequence?.contains("not known") == true)
            #expect(report.after == nil)
            let forcing = await #expect(throws: TargetFailure.self) {
                try await subject.session { try await $0.force(1) }
            }
            #expect(forcing?.consequence?.contains("not known") == true)
        }
    }

    @Test func `of several statements that cannot share a transaction is dirty at the statement that failed`()
        async throws
    {
        let sql = "create table b (i int);\ncreate index concurrently b_i on b (i);\nselect 1/0;\ncreate table c ()"
        try await withSubject(Self.first.merging(["2_b.up.sql": sql]) { $1 }) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            let failure = try #require(report.failure)
            #expect(failure.sqlState == "22012")
            #expect(failure.place?.statement == 3)
            #expect(failure.place?.statements == 4)
            #expect(failure.place?.line == 3)
            #expect(failure.place?.excerpt == "select 1/0")
            #expect(failure.message.contains("Statements 1 to 2 had ended before it"))
            #expect(failure.consequence == "The database is dirty on version 2")
            #expect(failure.remedy?.contains("migrate force") == true)
            #expect(report.after == VersionState(version: 2, isDirty: true))
            #expect(try await subject.rows() == "2|t")
            #expect(try await subject.tables() == "a b")
        }
    }

    @Test func `on the way down of the first version is dirty on no version, as golang-migrate records it`()
        async throws
    {
        let files = ["1_a.up.sql": "create table a ()", "1_a.down.sql": "vacuum a; drop table nowhere"]
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            let report = try await subject.go(to: nil, in: set)
            #expect(report.after == VersionState(version: nil, isDirty: true))
            #expect(try await subject.rows() == "-1|t")
            #expect(report.failure?.place?.statement == 2)
        }
    }

    @Test func `at its commit is rolled back`() async throws {
        let files = Self.first.merging([
            "2_b.up.sql": "create table b (i int references a deferrable initially deferred); insert into b values (7)"
        ]) { $1 }
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.sqlState == "23503")
            #expect(report.failure?.message.contains("could not be recorded") == true)
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.tables() == "a")
        }
    }

    @Test func `with transactions of its own is dirty and no transaction is left open`() async throws {
        let files = Self.first.merging([
            "2_b.up.sql": "begin; create table b (); commit; begin; create table c (); select 1/0; commit"
        ]) { $1 }
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.place?.statement == 6)
            #expect(report.after == VersionState(version: 2, isDirty: true))
            #expect(try await subject.tables() == "a b")
        }
    }

    @Test func `because it leaves its transaction open is rolled back and dirty`() async throws {
        let files = Self.first.merging(["2_b.up.sql": "begin; create table b ()"]) { $1 }
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.message.contains("does not end it") == true)
            #expect(report.after == VersionState(version: 2, isDirty: true))
            #expect(try await subject.tables() == "a")
        }
    }

    @Test func `and controls its own transactions well ends clean`() async throws {
        let files = Self.first.merging(["2_b.up.sql": "begin; create table b (); commit;"]) { $1 }
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure == nil)
            #expect(report.after == VersionState(version: 2))
        }
    }

    @Test func `because a table is locked says so and changes nothing`() async throws {
        let files = Self.first.merging(["2_b.up.sql": "alter table a add column j int"]) { $1 }
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("lock table a", on: subject) {
                let report = try await subject.with { $0.lockTimeout = LockTimeout(.milliseconds(100)) }
                    .go(to: 2, in: set)
                #expect(report.failure?.kind == .lockTimeout)
                #expect(report.failure?.sqlState == "55P03")
                #expect(report.after == VersionState(version: 1))
            }
        }
    }

    @Test func `because a statement takes too long says so and changes nothing`() async throws {
        let files = Self.first.merging(["2_b.up.sql": "create table b (); select pg_sleep(60)"]) { $1 }
        try await withSubject(files) { subject, set in
            let report = try await subject.with { $0.statementTimeout = StatementTimeout(.seconds(1)) }
                .go(to: 2, in: set)
            #expect(report.failure?.kind == .timedOut)
            #expect(report.failure?.place?.statement == 2)
            #expect(report.after == VersionState(version: 1))
        }
    }

    @Test func `because the schema may not be written is told apart`() async throws {
        try await withSubject(Self.first) { subject, set in
            let role = "reader_of_\(subject.database.name)"
            try await subject.database.psql(
                "create role \(role) login; grant connect on database \(subject.database.name) to \(role)")
            let report = try await Subject(subject.database, user: role).go(to: 1, in: set)
            #expect(report.failure?.kind == .permissionDenied)
            #expect(report.failure?.consequence == "The database is clean on version none")
            #expect(report.failure?.remedy?.contains("Grant") == true)
            try await subject.database.psql("drop owned by \(role); drop role \(role)")
        }
    }

    @Test func `when its session is ended by the server is rolled back, and the outcome is read again`() async throws {
        let files = Self.first.merging([
            "2_b.up.sql": "create table b (); select pg_terminate_backend(pg_backend_pid())"
        ]) { $1 }
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.kind == .connectionLost)
            #expect(report.failure?.place?.statement == 2)
            #expect(report.failure?.consequence == "The database is clean on version 1")
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.tables() == "a")
            #expect(try await subject.advisoryLocks() == "0")
        }
    }

    @Test func `when its session is ended outside of a transaction is dirty`() async throws {
        let files = Self.first.merging([
            "2_b.up.sql": "vacuum pg_cast; select pg_terminate_backend(pg_backend_pid()); vacuum pg_cast"
        ]) { $1 }
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.kind == .connectionLost)
            #expect(report.failure?.place?.statement == 2)
            #expect(report.after == VersionState(version: 2, isDirty: true))
        }
    }

    @Test func `when it is cancelled is cancelled on the server too`() async throws {
        let files = Self.first.merging(["2_b.up.sql": "create table b (); select pg_sleep(60)"]) { $1 }
        try await withSubject(files) { subject, set in
            let started = AsyncStream.makeStream(of: Void.self)
            let options = RunOptions(onStep: { progress in
                if case .began(let step) = progress, step.version == 2 { started.continuation.yield() }
            })
            let running = Task { try await subject.go(to: 2, in: set, options) }
            for await _ in started.stream { break }
            running.cancel()
            let report = try await running.value
            #expect(report.failure?.kind == .cancelled)
            #expect(report.after == VersionState(version: 1))
            #expect(
                try await subject.database.psql(
                    "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and datname = current_database() and pid <> pg_backend_pid()"
                )
                    == "0")
        }
    }

    @Test func `shows control characters of the file and of the server harmlessly`() async throws {
        try await withSubject(["1_a.up.sql": "select 1 as \"\u{1b}[2J\" from \"\u{1b}[31m\""]) { subject, set in
            let failure = try #require(try await subject.go(to: 1, in: set).failure)
            #expect(!failure.message.contains("\u{1b}"))
            #expect(failure.place?.excerpt?.contains("\u{1b}") == false)
        }
    }
}

/// Holds what a statement takes, in a transaction of another session, while the body runs.
func holding<Value>(
    _ sql: String, on subject: Subject, named name: String = "the other", _ body: () async throws -> Value
) async throws -> Value {
    var settings = subject.settings
    settings["application_name"] = name
    let other = try await Connection.open(settings, timeout: ConnectTimeout(.seconds(30)))
    _ = try await other.run("begin; \(sql)")
    let result: Result<Value, any Error>
    do {
        result = .success(try await body())
    } catch {
        result = .failure(error)
    }
    await other.close()
    return try result.get()
}
