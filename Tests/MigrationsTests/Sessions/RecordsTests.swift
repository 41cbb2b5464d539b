import FleetModel
import Migrations
import TestSupport
import Testing

@Suite("The history on a target") struct HistoryTests {
    static let files = [
        "1_a.up.sql": "create table a (); create table a2 ()", "1_a.down.sql": "drop table a2; drop table a",
        "2_b.up.sql": "vacuum a; analyze a", "2_b.down.sql": "select 1",
        "3_c.up.sql": "create table c (); select 1/0",
    ]

    @Test func `tells of each step that ended well, in its own transaction`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 2, in: set)
            try await subject.go(to: nil, in: set)
            let rows = try await subject.history("version, direction, title, statements, sqlstate")
            #expect(
                rows == [
                    "1|up|a|2|", "2|up|b|2|", "2|down|b|1|", "1|down|a|2|",
                ])
            let checksum = try #require(set.migration(1)?.up?.checksum)
            let first = try await subject.history("checksum").first
            #expect(first == checksum)
            let areRecent = try await subject.history(
                "finished_at >= started_at and finished_at - started_at < '1 min'")
            #expect(areRecent == Array(repeating: "t", count: 4))
        }
    }

    @Test func `tells of failures outside of their transaction, and on whose behalf`() async throws {
        try await withSubject(Self.files) { subject, set in
            let origin = RunOrigin(rollout: RolloutID(rawValue: "20260101-ab"), operatorName: "o'hara@desk")
            try await subject.session(SessionOptions(origin: origin)) { session in
                _ = await session.run(try set.route(from: nil, to: 3), in: set)
            }
            let failure = try await subject.history("version, direction, sqlstate, error, rollout, operator").last
            #expect(failure == "3|up|22012|division by zero|20260101-ab|o'hara@desk")
            let version = try await subject.rows()
            #expect(version == "2|f")
        }
    }

    @Test func `tells who forced a version`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            _ = try await subject.session { try await $0.force(nil) }
            let rows = try await subject.history("version, direction")
            #expect(rows == ["1|up", "|force"])
        }
    }

    @Test func `is neither made nor written where it is turned off`() async throws {
        try await withSubject(Self.files) { subject, set in
            let plain = subject.with {
                $0.keepsHistory = false
                $0.keepsProgress = false
            }
            let failure = try await plain.go(to: 2, in: set).failure
            #expect(failure == nil)
            let schemas = try await subject.database.psql("select count(*) from pg_namespace where nspname = 'pgfleet'")
            #expect(schemas == "0")
        }
    }

    @Test func `is not made by a look, nor where there is nothing to do`() async throws {
        try await withSubject(Self.files) { subject, set in
            _ = try await subject.look()
            try await subject.go(to: nil, in: set)
            let schemas = try await subject.database.psql("select count(*) from pg_namespace where nspname = 'pgfleet'")
            #expect(schemas == "0")
        }
    }

    @Test func `is done without where the role may not make a schema, or not write it`() async throws {
        try await withSubject(Self.files) { subject, set in
            let role = "modest_\(subject.database.name)"
            try await subject.database.psql(
                "create role \(role) login; grant all on schema public to \(role); "
                    + "revoke create on database \(subject.database.name) from public")
            let modest = Subject(subject.database, user: role)
            let without = try await modest.go(to: 2, in: set).failure
            #expect(without == nil)
            try await subject.database.psql("create schema pgfleet")
            let withoutUsage = try await modest.go(to: 1, in: set).failure
            #expect(withoutUsage == nil)
            try await subject.database.psql("grant usage on schema pgfleet to \(role)")
            let withoutTables = try await modest.go(to: 2, in: set).failure
            #expect(withoutTables == nil)
            try await subject.database.psql("drop owned by \(role); drop role \(role)")
        }
    }

    /// On a server of its own: a role belongs to all databases of a server.
    @Test func `is done without, and says so, only where a role has its name whose search path it would change`()
        async throws
    {
        let migrations = try await set(of: Self.files)
        try await withServers(1) { servers in
            try await servers[0].psql("create role pgfleet login")
            func notices(_ subject: Subject) async throws -> [String] {
                let log = Log()
                let options = RunOptions(onNotice: { log.add("\($0)") })
                let first = try await subject.go(to: 1, in: migrations, options)
                #expect(first.failure == nil)
                let second = try await subject.go(to: 2, in: migrations)
                #expect(second.before == VersionState(version: 1))
                #expect(second.failure == nil)
                return log.entries.filter { $0.contains("no history") }
            }
            let schemas = "select count(*) from pg_namespace where nspname = 'pgfleet'"

            let others = Subject(try await servers[0].createDatabase("others"))
            let ofOthers = try await notices(others)
            #expect(ofOthers.isEmpty)
            let made = try await others.database.psql(schemas)
            #expect(made == "1")
            // The role has no right to use it, so its path leads to `public` as before.
            let path = try await others.database.psql("set role pgfleet; select current_schema()")
            #expect(path == "public")

            try await servers[0].psql("alter role pgfleet superuser")
            let own = Subject(try await servers[0].createDatabase("own"), user: "pgfleet")
            let ofOwn = try await notices(own)
            #expect(ofOwn.count == 1)
            let none = try await own.database.psql(schemas)
            #expect(none == "0")

            try await servers[0].psql("alter role pgfleet set search_path = public")
            let told = Subject(try await servers[0].createDatabase("told"), user: "pgfleet")
            let ofTold = try await notices(told)
            #expect(ofTold.isEmpty)
            let history = try await told.history("version")
            #expect(history == ["1", "2"])
        }
    }

    @Test func `is not passed over where a refused run has made it`() async throws {
        let files = Self.files.merging(["2_b.up.sql": "select 2"]) { $1 }
        try await withSubject(files) { subject, set in
            try await subject.database.psql(
                "create table schema_migrations (version bigint primary key, dirty boolean not null); "
                    + "insert into schema_migrations values (7, false)")
            let route = try set.route(from: 1, to: 2)
            let failure = try await subject.session { await $0.run(route, in: set) }.failure
            #expect(failure?.kind == .unknownVersion)
            #expect(failure?.consequence?.contains("but for the schema pgfleet") == true)
            let made = try await subject.history("version")
            #expect(made.isEmpty)
        }
    }

    @Test func `can be made by many targets of one database at once`() async throws {
        try await withSubject(Self.files) { subject, set in
            let tenants = (1...8).map { "tenant_\($0)" }
            try await subject.database.psql(tenants.map { "create schema \($0);" }.joined())
            let reports = try await withThrowingTaskGroup(of: TargetReport.self) { group in
                for tenant in tenants {
                    group.addTask { try await Subject(subject.database, schema: tenant).go(to: 1, in: set) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.allSatisfy { $0.failure == nil })
            let schemas = try await subject.history("target_schema").sorted()
            #expect(schemas == tenants)
        }
    }
}

@Suite("The progress on a target") struct ProgressTests {
    static let files = [
        "1_a.up.sql": "create table a (i int)",
        "2_b.up.sql": "vacuum a; create table b (); insert into a values (1); create table b (); create table d ()",
    ]

    @Test func `names the statement that failed, and is gone after the repair`() async throws {
        try await withSubject(Self.files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.after == VersionState(version: 2, isDirty: true))
            let progress = try #require(
                await subject.session { session in
                    _ = try await session.look()
                    return await session.progress()
                })
            #expect(progress.version == Version(2))
            #expect(progress.statements == 5)
            #expect(progress.begun == 4)
            #expect(progress.done == 3)
            #expect(progress.checksum == set.migration(2)?.up?.checksum)
            #expect("\(progress)" == "the up file of 2, statement 4 of 5 begun")
            _ = try await subject.session { try await $0.force(1) }
            let left = try await subject.database.psql("select count(*) from pgfleet.progress")
            #expect(left == "0")
        }
    }

    @Test func `is gone when the migration has ended well`() async throws {
        let files = Self.files.merging(["2_b.up.sql": "vacuum a; create table b ()"]) { $1 }
        try await withSubject(files) { subject, set in
            let failure = try await subject.go(to: 2, in: set).failure
            #expect(failure == nil)
            let left = try await subject.database.psql("select count(*) from pgfleet.progress")
            #expect(left == "0")
            let statements = try await subject.history("statements").last
            #expect(statements == "2")
        }
    }

    @Test func `falls with the transaction of the file that is undone`() async throws {
        let files = Self.files.merging([
            "2_b.up.sql": "begin; create table b (); commit; begin; create table c (); select 1/0; commit"
        ]) { $1 }
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.place?.statement == 6)
            #expect(report.failure?.message.contains("Statements 1 to 3 had ended before it") == true)
            #expect(report.failure?.message.contains("undone") == true)
            let done = try await subject.database.psql("select done from pgfleet.progress")
            #expect(done == "3")
            let tables = try await subject.tables()
            #expect(tables == "a b")
        }
    }

    @Test func `tells that it does not know after a file changed its role`() async throws {
        try await withSubject(Self.files) { subject, set in
            let role = "poor_\(subject.database.name)"
            try await subject.database.psql("create role \(role)")
            let files = Self.files.merging(["2_b.up.sql": "vacuum a; set role \(role); select 1; select 1/0"]) { $1 }
            let set = try await MigrationsTests.set(of: files)
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.sqlState == "22012")
            let unknown = try await subject.database.psql("select begun is null, done is null from pgfleet.progress")
            #expect(unknown == "t|t")
            try await subject.database.psql("drop role \(role)")
        }
    }
}

extension Subject {
    /// The rows of the history in their order, as psql shows them.
    func history(_ columns: String) async throws -> [String] {
        try await database.psql("select \(columns) from pgfleet.history order by finished_at").split(separator: "\n")
            .map(
                String.init)
    }
}

@Suite("Where the tool's table has no mark for a step that was begun") struct UnmarkedLayoutTests {
    @Test(arguments: [Layout.dbmate, .goose])
    func `the progress is the mark`(layout: Layout) async throws {
        try await withSubject(ProgressTests.files) { subject, set in
            let subject = subject.with {
                $0.layout = layout
                $0.versionTable = layout.versionTable
            }
            let report = try await subject.go(to: 2, in: set)
            #expect(report.after == VersionState(version: 2, isDirty: true))
            let seen = try await subject.look()
            #expect(seen == VersionState(version: 2, isDirty: true))
            let again = try await subject.session { try await $0.run(set.route(from: 1, to: 2), in: set) }
            #expect(again.failure?.kind == .dirty)
            #expect(again.failure?.message.contains("statement 4 of 5 begun") == true)
            let forced = try await subject.session { try await $0.force(1, among: set) }
            #expect(forced == VersionState(version: 1))
        }
    }

    /// Without progress, of a file of which three statements are in.
    @Test(arguments: [Layout.dbmate, .goose])
    func `the history is the mark where no progress is kept, until someone says what is true`(layout: Layout)
        async throws
    {
        try await withSubject(ProgressTests.files) { subject, set in
            let subject = subject.with {
                $0.layout = layout
                $0.versionTable = layout.versionTable
                $0.keepsProgress = false
            }
            let report = try await subject.go(to: 2, in: set)
            #expect(report.after == VersionState(version: 2, isDirty: true))
            #expect(try await subject.look() == VersionState(version: 2, isDirty: true))
            let again = try await subject.session { try await $0.run(set.route(from: 1, to: 2), in: set) }
            #expect(again.failure?.kind == .dirty)
            #expect(try await subject.session { try await $0.force(1, among: set) } == VersionState(version: 1))
            #expect(try await subject.look() == VersionState(version: 1))
        }
    }

    /// dbmate and goose themselves leave no more.
    @Test(arguments: [Layout.dbmate, .goose])
    func `without progress and history the target reads as clean, and only the failure tells`(layout: Layout)
        async throws
    {
        try await withSubject(ProgressTests.files) { subject, set in
            let subject = subject.with {
                $0.layout = layout
                $0.versionTable = layout.versionTable
                ($0.keepsProgress, $0.keepsHistory) = (false, false)
            }
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.sqlState == "42P07")
            #expect(report.failure?.consequence?.contains("3 statements of 2 are in") == true)
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.look() == VersionState(version: 1))
            #expect(try await subject.database.psql("select count(*) from a") == "1")
        }
    }
}

@Suite("The progress of a file that runs as another role") struct AssumedRoleProgressTests {
    @Test func `is written as who logged in`() async throws {
        let files = ["1_a.up.sql": "create table a (); vacuum a; create table b (); select 1/0"]
        try await withSubject(files) { subject, set in
            let role = "worker_\(subject.database.name)"
            try await subject.database.psql("create role \(role); grant all on schema public to \(role)")
            let report = try await subject.with { $0.role = role }.go(to: 1, in: set)
            #expect(report.failure?.sqlState == "22012")
            let progress = try await subject.database.psql("select begun, done from pgfleet.progress")
            #expect(progress == "4|3")
            let owner = try await subject.database.psql("select tableowner from pg_tables where tablename = 'b'")
            #expect(owner == role)
            try await subject.database.psql("drop owned by \(role); drop role \(role)")
        }
    }
}

@Suite("A file that was added below the target's version") struct PassedOverTests {
    @Test func `is known from the history, until it was applied`() async throws {
        let files = ["1_a.up.sql": "select 1", "3_c.up.sql": "select 3", "5_e.up.sql": "select 5"]
        try await withSubject(files) { subject, set in
            try await subject.go(to: 5, in: set)
            let versions: [Version] = [1, 2, 3, 4, 5]
            let found = try await subject.session { session in
                _ = try await session.look()
                return await session.passedOver(among: versions, below: 5)
            }
            #expect(found == [2, 4])
        }
    }

    @Test func `counts as never applied again after it was taken back`() async throws {
        let files = ["1_a.up.sql": "select 1", "3_c.up.sql": "select 3", "5_e.up.sql": "select 5"]
        try await withSubject(files) { subject, all in
            let without = try await set(of: files.filter { $0.key != "3_c.up.sql" })
            func passedOver() async throws -> [Version] {
                try await subject.session { session in
                    _ = try await session.look()
                    return await session.passedOver(among: [1, 3, 5], below: 5)
                }
            }
            try await subject.go(to: 5, in: all)
            try await subject.go(to: 1, in: all)
            try await subject.go(to: 5, in: without)
            let found = try await passedOver()
            #expect(found == [3])
            try await subject.go(to: 1, in: without)
            try await subject.go(to: 5, in: all)
            let again = try await passedOver()
            #expect(again.isEmpty)
        }
    }

    @Test func `is neither taken back nor a place to stop, where the tool's table tells`() async throws {
        let files = ["1_a.sql": "-- +goose Up\nselect 1;\n-- +goose Down\nselect 1;"]
        let more = files.merging(["2_b.sql": "-- +goose Up\nselect 2;\n-- +goose Down\nselect 2;"]) { $1 }
            .merging(["3_c.sql": "-- +goose Up\nselect 3;\n-- +goose Down\nselect 3;"]) { $1 }
        try await withSubject(.goose, more) { subject, set in
            try await subject.go(to: 3, in: set)
            try await subject.database.psql("delete from goose_db_version where version_id = 2")
            for goal: Version in [2, 1] {
                let report = try await subject.go(to: goal, in: set)
                #expect(report.failure?.kind == .outOfOrder)
                #expect(report.after == VersionState(version: 3))
            }
        }
    }

    @Test func `is not guessed at where another tool applied what is there`() async throws {
        let files = ["1_a.up.sql": "select 1", "3_c.up.sql": "select 3", "5_e.up.sql": "select 5"]
        try await withSubject(files) { subject, set in
            _ = try await subject.session { try await $0.force(3) }
            try await subject.go(to: 5, in: set)
            let found = try await subject.session { session in
                _ = try await session.look()
                return await session.passedOver(among: [1, 2, 3, 4, 5], below: 5)
            }
            #expect(found == [4])
        }
    }
}

@Suite("A role that has the name of pgfleet's schema") struct NamesakeTests {
    /// On a server of its own: a role belongs to all databases of a server.
    @Test func `is told to name its schema, where that would hide the version table`() async throws {
        let set = try await set(of: ["1_a.up.sql": "create table a ()"])
        try await withServers(1) { servers in
            let database = try await servers[0].createDatabase("app")
            try await Subject(database).go(to: 1, in: set)
            try await database.psql("create role pgfleet login; grant usage on schema pgfleet to pgfleet")
            let failure = await #expect(throws: TargetFailure.self) {
                try await Subject(database, user: "pgfleet").look()
            }
            #expect(failure?.kind == .configuration)
            #expect(failure?.remedy?.contains("schema: public") == true)
        }
    }
}
