import FleetModel
import Inventory
import Migrations
import Postgres
import TestSupport
import Testing

@testable import Rollout

/// A migration finds and leaves the same over a session that a neighbour is done with as over its own.
@Suite("Migrating many schemas of a database") struct SharedSessionTests {
    /// Writes down all that a session may have kept.
    private static let witness = """
        create table seen as select current_schema() = current_setting('search_path') as is_own, current_user::text as me,
            session_user::text as login, current_setting('lock_timeout') as lock_timeout,
            current_setting('work_mem') as work_mem, current_setting('app.tenant', true) as tenant,
            (select count(*) from pg_prepared_statements) as prepared, (select count(*) from pg_cursors) as cursors,
            (select count(*) from pg_listening_channels()) as channels, to_regclass('pg_temp.junk') as junk,
            current_setting('default_transaction_isolation') as isolation,
            (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as locks,
            current_setting('application_name') as name;
        create table served as select pg_backend_pid() as process
        """

    /// Leaves all that commands take back.
    private static let litter = """
        create temp table junk (); set work_mem = '7MB'; set default_transaction_isolation = serializable;
        set search_path = public; prepare p as select 1; listen c; select pg_advisory_lock(4711)
        """

    /// Brings schemas one after the other over sessions that are handed on, and the same ones in a second database each
    /// over its own; returns both databases' accounts of them, and how many sessions the first ones took.
    private func accounts(
        _ schemas: [String], files: [String: String], to version: Version = 2, user: String = "postgres",
        settings: [String] = [], looking: Bool = false, preparing: (TestDatabase) async throws -> Void = { _ in }
    ) async throws -> (shared: [String], alone: [String], processes: Int) {
        try await withDatabases(2) { databases in
            var told: [[String]] = []
            var processes: Set<String> = []
            for (database, isShared) in zip(databases, [true, false]) {
                try await database.make(schemas)
                try await preparing(database)
                try await withNeighbours(schemas, in: database, user: user, settings: settings, files: files) { fleet in
                    let executor = fleet.executor
                    if isShared, looking { _ = await executor.survey() }
                    var reports: [String] = []
                    for target in fleet.targets {
                        let one = isShared ? executor : fleet.alone(target)
                        let report = await one.bring(
                            target.target.id, along: try fleet.route(from: nil, to: version), shouldStop: { false },
                            onStep: { _ in })
                        if !isShared { await one.closeIdle() }
                        reports.append(
                            "\(report.before.map { "\($0)" } ?? "?") to \(report.after.map { "\($0)" } ?? "?"), "
                                + "\(report.finished.map(\.step.version)), \(report.failure?.kind.rawValue ?? "well")")
                    }
                    await executor.closeIdle()
                    told.append(reports + (try await database.account(of: schemas)))
                    if isShared { processes = try await database.processes(in: schemas) }
                }
            }
            return (told[0], told[1], processes.count)
        }
    }

    @Test(arguments: [true, false])
    func `takes one session for all of them, and leaves the same as one for each`(looking: Bool) async throws {
        let files = ["1_witness.up.sql": Self.witness, "2_litter.up.sql": "create table b (); " + Self.litter]
        let found = try await accounts(["a", "b", "we\"ird", "d"], files: files, looking: looking)
        #expect(found.shared == found.alone)
        #expect(found.processes == 1)
    }

    @Test func `leaves the same after a failure in the one before it`() async throws {
        let files = [
            "1_witness.up.sql": Self.witness,
            "2_may_fail.up.sql": "create table ended (); " + Self.litter
                + "; select 1 / (case when to_regclass('\"b\".seen') is not null and "
                + "not exists (select from pg_namespace n join pg_class c on c.relnamespace = n.oid "
                + "where nspname = 'c' and relname = 'seen') then 0 else 1 end)",
        ]
        let found = try await accounts(["a", "b", "c", "d"], files: files)
        #expect(found.shared == found.alone)
        #expect(found.shared.count { $0.contains("sql") } == 1)
        // The failed one's session serves nobody after it.
        #expect(found.processes == 2)
    }

    @Test func `leaves the same after statements outside of a transaction, and a dirty one`() async throws {
        let files = [
            "1_witness.up.sql": Self.witness,
            "2_index.up.sql": "create table i (a int); create index concurrently i_a on i (a); " + Self.litter
                + "; select 1 / (case when to_regclass('b.i') is not null and to_regclass('c.i') is null then 0 else 1 end)",
        ]
        let found = try await accounts(["a", "b", "c", "d"], files: files)
        #expect(found.shared == found.alone)
        #expect(found.shared.contains { $0.contains("dirty") })
    }

    @Test func `hands no session on that may have kept what no command takes back`() async throws {
        let files = ["1_witness.up.sql": Self.witness, "2_mark.up.sql": "set app.tenant = 'x'"]
        let found = try await accounts(["a", "b", "c"], files: files)
        #expect(found.shared == found.alone)
        #expect(found.processes == 3)
    }

    @Test func `is who the role's own settings make it, and runs as whom the inventory says`() async throws {
        let files = ["1_witness.up.sql": Self.witness, "2_litter.up.sql": "reset role; " + Self.litter]
        for settings in [[], ["set_role: postgres"]] {
            let (login, owner) = (
                "login_\(UInt32.random(in: 0...UInt32.max))", "owner_\(UInt32.random(in: 0...UInt32.max))"
            )
            let found = try await accounts(["a", "b", "c"], files: files, user: login, settings: settings) { database in
                try await database.psql(
                    """
                    do $$ begin if to_regrole('\(login)') is null then
                    create role \(owner) superuser; create role \(login) login superuser in role \(owner);
                    alter role \(login) set role = \(owner); alter role \(login) set work_mem = '9MB'; end if; end $$
                    """)
            }
            _ = try await withDatabase { try await $0.psql("drop role \(login); drop role \(owner)") }
            #expect(found.shared == found.alone)
            #expect(found.processes == 1)
            #expect(found.shared.count { $0.contains(settings.isEmpty ? owner : "postgres") } >= 3)
        }
    }

    @Test func `the way back of a target finds its own session as it was when it began`() async throws {
        let files = [
            "1_a.up.sql": Self.litter, "1_a.down.sql": Self.witness,
        ]
        try await withDatabase { database in
            try await database.make(["a", "b"])
            try await withNeighbours(["a", "b"], in: database, files: files) { fleet in
                let executor = fleet.executor
                let first = try #require(fleet["a"])
                for route in [try fleet.route(from: nil, to: 1), try fleet.route(from: 1, to: nil)] {
                    let report = await executor.bring(
                        first.target.id, along: route, shouldStop: { false }, onStep: { _ in })
                    #expect(report.failure == nil)
                }
                await executor.closeIdle()
                let seen = try await database.psql("select junk is null, channels, prepared, work_mem from a.seen")
                #expect(seen == "t|0|0|4MB")
            }
        }
    }

    @Test func `none is handed on behind a pooler`() async throws {
        try await withDatabase { database in
            let schemas = ["a", "b"]
            try await database.make(schemas)
            let settings = ["default_pool_size": "20"]
            try await withPooler("session", before: database.server, settings: settings) { pooler in
                try await withNeighbours(
                    schemas, in: database, port: pooler.port, files: ["1_a.up.sql": "create table a ()"]
                ) { fleet in
                    let executor = fleet.executor
                    for target in fleet.targets {
                        let report = await executor.bring(
                            target.target.id, along: try fleet.route(from: nil, to: 1), shouldStop: { false },
                            onStep: { _ in })
                        #expect(report.after == VersionState(version: 1))
                    }
                    let kept = try #require(fleet.targets.first)
                    let next = try #require(fleet.targets.last)
                    let session = try await executor.open(kept)
                    _ = try await session.look()
                    #expect(await session.handedOver(to: next.target) == nil)
                    await executor.closeIdle()
                }
            }
        }
    }
}

extension TestDatabase {
    /// What migrations have left in schemas, but for what is never twice the same.
    fileprivate func account(of schemas: [String]) async throws -> [String] {
        var lines: [String] = []
        for schema in schemas {
            let name = quotedIdentifier(schema)
            lines.append(schema + ": " + (try await psql("select * from \(name).seen")))
            lines.append(schema + ": " + (try await psql("select version, dirty from \(name).schema_migrations")))
        }
        lines.append(
            try await psql(
                """
                select n.nspname, c.relname, c.relkind, c.relowner::regrole from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1, 2
                """))
        lines.append(
            try await psql(
                """
                select target_schema, version, came_from, direction, statements, operator, sqlstate
                from pgfleet.history order by finished_at, version
                """))
        lines.append(try await psql("select target_schema, version, done from pgfleet.progress order by 1"))
        return lines
    }

    /// The server processes that migrations ran on.
    fileprivate func processes(in schemas: [String]) async throws -> Set<String> {
        var found: Set<String> = []
        for schema in schemas { found.insert(try await psql("select process from \(quotedIdentifier(schema)).served")) }
        return found
    }
}
