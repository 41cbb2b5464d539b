import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("A concurrent index build") struct ConcurrentIndexTests {
    private static func files(_ statement: String) -> [String: String] {
        ["1_a.up.sql": "create table a (i int, j int)", "2_b.up.sql": statement]
    }

    private func impatient(_ subject: Subject, attempts: Int) -> Subject {
        subject.with {
            $0.lockTimeout = LockTimeout(.milliseconds(50))
            $0.lockRetry = LockRetry(attempts: attempts, initial: .milliseconds(5), max: .milliseconds(20))
        }
    }

    private static let indexes = "select indisvalid from pg_index where indrelid = 'a'::regclass"

    @Test(arguments: ["create index concurrently a_i on a (i)", "create index concurrently on a (i)"])
    func `that meets a lock is dropped and built again`(statement: String) async throws {
        try await withSubject(Self.files(statement)) { subject, set in
            try await subject.go(to: 1, in: set)
            let running = try await holding("insert into a values (1)", on: subject) {
                let running = Task { try await impatient(subject, attempts: 1000).go(to: 2, in: set) }
                // It was given up once: the next try begins by dropping it, which waits for the same lock.
                try await subject.waitForSession("and query like 'DROP INDEX CONCURRENTLY%'")
                return running
            }
            let report = try await running.value
            #expect(report.failure == nil)
            #expect(report.after == VersionState(version: 2))
            #expect(try await subject.database.psql(Self.indexes) == "t")
        }
    }

    @Test func `that never gets its lock leaves nothing behind and no dirty mark`() async throws {
        // The session that is in the way only locks out the beginning, so no index is there yet.
        try await withSubject(Self.files("create index concurrently a_i on a (i)")) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("lock table a in share update exclusive mode", on: subject, named: "billing") {
                let report = try await impatient(subject, attempts: 2).go(to: 2, in: set)
                #expect(report.failure?.kind == .deferred)
                #expect(report.failure?.message.contains("after 2 tries") == true)
                #expect(report.failure?.consequence == "The database is clean on version 1")
                #expect(report.after == VersionState(version: 1))
            }
            #expect(try await subject.database.psql(Self.indexes) == "")
            #expect(try await subject.rows() == "1|f")
        }
    }

    @Test func `that leaves an index which cannot be dropped says so, and is dirty`() async throws {
        try await withSubject(Self.files("create index concurrently a_i on a (i)")) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("insert into a values (1)", on: subject, named: "billing") {
                let report = try await impatient(subject, attempts: 2).go(to: 2, in: set)
                #expect(report.failure?.kind == .lockTimeout)
                #expect(report.failure?.message.contains("It left the invalid index public.a_i") == true)
                #expect(report.after == VersionState(version: 2, isDirty: true))
            }
        }
    }

    @Test func `that fails on its data is not built again, and its index stays to be looked at`() async throws {
        try await withSubject(Self.files("create unique index concurrently a_i on a (i)")) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql("insert into a values (1), (1)")
            let report = try await impatient(subject, attempts: 9).go(to: 2, in: set)
            #expect(report.failure?.sqlState == "23505")
            #expect(report.failure?.message.contains("It left the invalid index public.a_i") == true)
            #expect(report.after == VersionState(version: 2, isDirty: true))
            #expect(try await subject.database.psql(Self.indexes) == "f")
        }
    }

    @Test func `IF NOT EXISTS that finds an invalid index is no success, and the index is not dropped`() async throws {
        try await withSubject(Self.files("create index concurrently if not exists a_i on a (i)")) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql(
                "create index a_i on a (i); update pg_index set indisvalid = false where indexrelid = 'a_i'::regclass")
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.message.contains("The index public.a_i exists and is INVALID") == true)
            #expect(report.failure?.remedy?.contains("DROP INDEX CONCURRENTLY public.a_i") == true)
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.database.psql(Self.indexes) == "f")
        }
    }

    @Test(arguments: [true, false])
    func `IF NOT EXISTS in a transaction succeeds over a valid index only`(isValid: Bool) async throws {
        try await withSubject(Self.files("create index if not exists \"A's\" on a (i); alter table a add k int")) {
            subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql(
                """
                create index "A's" on a (i);
                update pg_index set indisvalid = \(isValid) where indexrelid = '"A''s"'::regclass
                """)
            let report = try await subject.go(to: 2, in: set)
            #expect(report.after == VersionState(version: isValid ? 2 : 1))
            #expect(
                report.failure?.message.contains("the index \"A's\" exists and is INVALID") == (isValid ? nil : true))
        }
    }

    @Test func `IF NOT EXISTS that finds a valid one is a success`() async throws {
        try await withSubject(Self.files("create index concurrently if not exists a_i on a (i)")) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql("create index a_i on a (i)")
            #expect(try await subject.go(to: 2, in: set).failure == nil)
        }
    }

    @Test func `anew that fails names the copy it left`() async throws {
        try await withSubject(Self.files("reindex index concurrently a_i")) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql("create index a_i on a (i)")
            try await holding("insert into a values (1)", on: subject) {
                let report = try await impatient(subject, attempts: 1).go(to: 2, in: set)
                #expect(report.failure?.message.contains("public.a_i_ccnew") == true)
                #expect(report.after?.isDirty == true)
            }
        }
    }

    @Test func `in a file of several statements is tried again by itself`() async throws {
        let files = Self.files("create index concurrently a_i on a (i); alter table a add k int; vacuum a")
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql("create index a_j on a (j)")
            let running = try await holding("lock table a in row exclusive mode", on: subject) {
                let running = Task { try await impatient(subject, attempts: 1000).go(to: 2, in: set) }
                try await subject.waitForSession("and query like 'DROP INDEX CONCURRENTLY%'")
                return running
            }
            #expect(try await running.value.failure == nil)
            #expect(try await subject.database.psql(Self.indexes) == "t\nt")
        }
    }

    /// Another role's build is hidden in `pg_stat_progress_create_index`, and its index is invalid until it ends.
    @Test func `drops no index that another role was building meanwhile`() async throws {
        try await withSubject(Self.files("create index concurrently on a (i)")) { subject, set in
            let role = "builder_\(subject.database.name)"
            try await subject.database.psql("create role \(role) login; grant create on schema public to \(role)")
            let own = impatient(Subject(subject.database, user: role), attempts: 1000)
                .with { $0.lockTimeout = LockTimeout(.milliseconds(300)) }
            try await own.go(to: 1, in: set)
            let (migrating, building) = try await holding("insert into a values (1)", on: subject) {
                let (migrating, building) = try await holding(
                    "lock table a in share update exclusive mode", on: subject
                ) {
                    let migrating = Task { try await own.go(to: 2, in: set) }
                    try await subject.waitForSession("and wait_event_type = 'Lock'")
                    return (
                        migrating,
                        Task { try await subject.database.psql("create index concurrently a_other on a (j)") }
                    )
                }
                // The other's index is there and waits for the writer; what looks like a leftover waits for the other.
                try await subject.waitForSession(
                    "and wait_event_type = 'Lock' and exists (select from pg_class where relname = 'a_other') "
                        + "and (query like 'DROP INDEX%a_other%' or query like 'LOCK TABLE%')")
                return (migrating, building)
            }
            _ = try await building.value
            #expect(try await migrating.value.failure == nil)
            let names = try await subject.database.psql(
                "select string_agg(indexrelid::regclass || ' ' || indisvalid, ', ' order by indkey::text) from pg_index "
                    + "where indrelid = 'a'::regclass")
            #expect(names == "a_i_idx true, a_other true")
            try await subject.database.psql("drop owned by \(role); drop role \(role)")
        }
    }

    @Test func `on a materialized view is dropped and built again, and its comment stays`() async throws {
        let files = [
            "1_a.up.sql": "create materialized view a as select 1 as i; comment on materialized view a is 'it''s'",
            "2_b.up.sql": "create index concurrently a_i on a (i)",
        ]
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            // What waits for those who read is the second half of the build.
            let running = try await holding("refresh materialized view a", on: subject) {
                let running = Task { try await impatient(subject, attempts: 1000).go(to: 2, in: set) }
                try await subject.waitForSession("and wait_event_type = 'Lock'")
                return running
            }
            #expect(try await running.value.failure == nil)
            #expect(try await subject.database.psql(Self.indexes) == "t")
            #expect(try await subject.database.psql("select obj_description('a'::regclass)") == "it's")
        }
    }

    @Test(arguments: [
        "create index concurrently b_i on nowhere (i)", "create index concurrently a_i on a (nothing)",
        "reindex index concurrently nowhere", "drop index concurrently nowhere",
    ])
    func `that fails before it has begun leaves no dirty mark`(statement: String) async throws {
        try await withSubject(Self.files("\(statement); vacuum a")) { subject, set in
            try await subject.go(to: 1, in: set)
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.place?.statement == 1)
            #expect(report.failure?.consequence == "The database is clean on version 1")
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.rows() == "1|f")
            #expect(try await subject.history("version, statements, error is null").last == "2|0|f")
        }
    }

    /// The error is of the same class, and comes from a function in the middle of the build.
    @Test(arguments: [
        "create index concurrently a_i on a (refuse(i))",
        "do $$ begin create table left_behind (); commit; drop table nowhere; end $$; vacuum a",
    ])
    func `that may have done something stays dirty`(statement: String) async throws {
        try await withSubject(Self.files(statement)) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql(
                """
                insert into a values (1);
                create function refuse(i int) returns int immutable language plpgsql as $$ begin
                    raise undefined_table; end $$
                """)
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.sqlState == "42P01")
            #expect(report.after == VersionState(version: 2, isDirty: true))
        }
    }

    @Test func `whose session is ended names the index that it left, also in the history`() async throws {
        try await withSubject(Self.files("create index concurrently a_i on a (i)")) { subject, set in
            try await subject.go(to: 1, in: set)
            let running = try await holding("insert into a values (1)", on: subject) {
                let running = Task { try await subject.go(to: 2, in: set) }
                try await subject.waitForSession("and exists (select from pg_class where relname = 'a_i')")
                try await subject.database.psql(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like "
                        + "'pgfleet/migrate%' and datname = current_database()")
                return running
            }
            let report = try await running.value
            #expect(report.failure?.kind == .connectionLost)
            #expect(report.failure?.message.contains("It left the invalid index public.a_i") == true)
            #expect(report.after?.isDirty == true)
            let recorded = try await subject.history("error").last ?? ""
            #expect(recorded.contains("It left the invalid index public.a_i"))
        }
    }

    @Test func `whose name an invalid index has says so, and does not drop it`() async throws {
        try await withSubject(Self.files("create index concurrently a_i on a (i)")) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql(
                "create index a_i on a (i); update pg_index set indisvalid = false where indexrelid = 'a_i'::regclass")
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.sqlState == "42P07")
            #expect(report.failure?.message.contains("The index public.a_i exists and is INVALID") == true)
            #expect(report.failure?.remedy?.contains("DROP INDEX CONCURRENTLY public.a_i") == true)
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.database.psql(Self.indexes) == "f")
        }
    }
}
