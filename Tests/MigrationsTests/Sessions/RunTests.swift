import FleetModel
import Migrations
import TestSupport
import Testing

@Suite("Running migrations on a target") struct RunTests {
    private let files = [
        "1_a.up.sql": "create table a (i int primary key);\ninsert into a values (1)", "1_a.down.sql": "drop table a;",
        "5_b.up.sql": "create table b (i int) -- no semicolon", "5_b.down.sql": "drop table b",
        "9_c.up.sql": "create index concurrently a_i on a (i);\nanalyze a;\nvacuum a;",
        "9_c.down.sql": "drop index concurrently a_i",
    ]

    @Test func `up applies every step and records the last version`() async throws {
        try await withSubject(files) { subject, set in
            #expect(try await subject.look() == .empty)
            let report = try await subject.go(to: 9, in: set)
            #expect(report.failure == nil)
            #expect(report.before == .empty)
            #expect(report.after == VersionState(version: 9))
            #expect(report.finished.map(\.step.version) == [1, 5, 9])
            #expect(try await subject.rows() == "9|f")
            #expect(try await subject.tables() == "a b")
        }
    }

    @Test func `down reverts to nothing and leaves an empty version table`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.go(to: 9, in: set)
            let report = try await subject.go(to: nil, in: set)
            #expect(report.failure == nil)
            #expect(report.after == .empty)
            #expect(report.finished.map(\.step.to) == [5, 1, nil])
            #expect(try await subject.rows() == "")
            #expect(try await subject.tables() == "")
        }
    }

    @Test func `a target in the middle of the route takes the rest of it`() async throws {
        try await withSubject(files) { subject, set in
            let whole = try set.route(from: nil, to: 9)
            try await subject.go(to: 5, in: set)
            let report = try await subject.session { await $0.run(whole, in: set) }
            #expect(report.finished.map(\.step.version) == [9])
            #expect(report.after == VersionState(version: 9))
        }
    }

    @Test func `looking creates nothing`() async throws {
        try await withSubject(files) { subject, set in
            _ = try await subject.look()
            #expect(try await subject.database.psql("select to_regclass('schema_migrations') is null") == "t")
        }
    }

    @Test func `a missing down file moves the version and changes nothing else`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()", "2_b.up.sql": "create table b ()"]) { subject, set in
            try await subject.go(to: 2, in: set)
            let report = try await subject.go(to: 1, in: set)
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.tables() == "a b")
        }
    }

    @Test func `the locks are free afterwards`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.session { session in
                _ = await session.run(try set.route(from: nil, to: 9), in: set)
                #expect(try await subject.advisoryLocks() == "0")
            }
        }
    }

    @Test func `settings, role and temporary tables of one file do not reach the next`() async throws {
        let files = [
            "1_a.up.sql": """
            create schema other; create temp table b (x int); create role leak_role; grant all on schema other to leak_role;
            set search_path = other; set role leak_role; set lock_timeout = '7s';
            """,
            "2_b.up.sql": """
            create table b (setting text); insert into b values (current_user || ' ' || current_setting('search_path'));
            insert into b values (current_setting('lock_timeout'));
            """,
        ]
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure == nil)
            #expect(try await subject.database.psql("select setting from public.b") == "postgres \"$user\", public\n5s")
            try await subject.database.psql("drop owned by leak_role; drop role leak_role")
        }
    }

    @Test func `each statement runs under the limits that were asked for`() async throws {
        let show = """
            create table if not exists limits (t text);
            insert into limits select current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') \
            || ' ' || current_setting('idle_in_transaction_session_timeout')
            """
        try await withSubject(["1_a.up.sql": show, "2_b.up.sql": "analyze limits; \(show); vacuum limits"]) {
            subject, set in
            try await subject.with {
                $0.lockTimeout = LockTimeout(.milliseconds(1500))
                $0.statementTimeout = StatementTimeout(.seconds(42))
            }.go(to: 2, in: set)
            #expect(try await subject.database.psql("select t from limits") == "1500ms 42s 1min\n1500ms 42s 1min")
        }
    }

    @Test func `a schema per tenant has its own table, its own lock and its own objects`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.database.psql("create schema \"Tenant 7\"")
            let tenant = Subject(subject.database, schema: "Tenant 7")
            try await subject.go(to: 1, in: set)
            #expect(try await tenant.look() == .empty)
            let report = try await tenant.go(to: 9, in: set)
            #expect(report.after == VersionState(version: 9))
            #expect(try await subject.look() == VersionState(version: 1))
            #expect(try await subject.database.psql("select count(*) from \"Tenant 7\".b") == "0")
        }
    }

    @Test func `steps are told as they begin and end, and a wish to stop is heard between them`() async throws {
        try await withSubject(files) { subject, set in
            let log = Log()
            let options = RunOptions(
                shouldStop: { log.entries.count >= 2 },
                onStep: { progress in
                    switch progress {
                    case .began(let step): log.add("began \(step.version)")
                    case .finished(let finished): log.add("finished \(finished.step.version)")
                    }
                })
            let report = try await subject.go(to: 9, in: set, options)
            #expect(log.entries == ["began 1", "finished 1"])
            #expect(report.failure?.kind == .cancelled)
            #expect(report.after == VersionState(version: 1))
        }
    }

    @Test func `force records a version and clears the dirty mark`() async throws {
        try await withSubject(files) { subject, set in
            #expect(try await subject.session { try await $0.force(5) } == VersionState(version: 5))
            try await subject.database.psql("update schema_migrations set dirty = true")
            #expect(try await subject.session { try await $0.force(1) } == VersionState(version: 1))
            #expect(try await subject.session { try await $0.force(nil) } == .empty)
            #expect(try await subject.rows() == "")
        }
    }

    @Test func `a file that the grammar cannot read is one transaction too, and the server says what is wrong`()
        async throws
    {
        let files = [
            "1_a.up.sql": "create table a ();\nmerge into a using a as x on true when matched by sourc then delete"
        ]
        try await withSubject(files) { subject, set in
            #expect(set.scriptFindings().map(\.kind) == [.unreadSQL])
            let report = try await subject.go(to: 1, in: set)
            #expect(report.failure?.sqlState == "42601")
            #expect(report.failure?.place?.line == 2)
            #expect(report.failure?.place?.statements == nil)
            #expect(report.after == .empty)
            #expect(try await subject.tables() == "")
        }
    }

    @Test func `a name of the version table is one identifier, whatever is in it`() async throws {
        try await withSubject(files) { subject, set in
            let name = "ver.sions \"of\" 'größe'"
            let state = try await subject.with { $0.versionTable = name }.session { session in
                await session.run(try set.route(from: nil, to: 5), in: set).after
            }
            #expect(state == VersionState(version: 5))
            #expect(
                try await subject.database.psql("select count(*) from pg_class where relname = $$\(name)$$") == "1")
        }
    }

    @Test(arguments: ["", "; vacuum pg_cast", "; vacuum a"])
    func `a file may set the isolation level of its transaction`(rest: String) async throws {
        let level = "set transaction isolation level serializable"
        let body = rest.isEmpty ? "\(level); create table a ()" : "begin; \(level); create table a (); commit\(rest)"
        try await withSubject(["1_a.up.sql": body]) { subject, set in
            let report = try await subject.go(to: 1, in: set)
            #expect(report.failure == nil)
            #expect(try await subject.rows() == "1|f")
        }
    }

    @Test func `the first file finds the version table, as with golang-migrate`() async throws {
        try await withSubject(["1_a.up.sql": "grant select on schema_migrations to public"]) { subject, set in
            let failure = try await subject.go(to: 1, in: set).failure
            #expect(failure == nil)
        }
    }
}
