import FleetModel
import Migrations
import TestSupport
import Testing

@Suite("A connection that breaks") struct LostConnectionTests {
    /// Runs a route through a proxy and cuts the connection while the server is in `pg_sleep`.
    private func cutWhileSleeping(
        _ subject: Subject, _ set: MigrationSet, _ options: SessionOptions = SessionOptions()
    ) async throws -> TargetReport {
        try await withProxy(to: subject.database.server.port) { proxy in
            var proxied = Subject(subject.database, port: proxy.port)
            proxied.rules = subject.rules
            return try await proxied.session(options) { session in
                let route = try set.route(from: nil, to: set.newest)
                let running = Task { await session.run(route, in: set) }
                try await subject.waitForSleeper()
                proxy.cutConnections()
                return await running.value
            }
        }
    }

    @Test func `while the server goes on to commit is found to have succeeded`() async throws {
        let files = ["1_a.up.sql": "create table a ()", "2_b.up.sql": "create table b (); select pg_sleep(1)"]
        try await withSubject(files) { subject, set in
            let report = try await cutWhileSleeping(subject, set)
            #expect(report.failure == nil)
            #expect(report.after == VersionState(version: 2))
            #expect(report.finished.map(\.step.version) == [1, 2])
            #expect(try await subject.tables() == "a b")
        }
    }

    @Test func `before the route's end stops there, with the step that the server finished`() async throws {
        let files = ["1_a.up.sql": "create table a (); select pg_sleep(1)", "2_b.up.sql": "create table b ()"]
        try await withSubject(files) { subject, set in
            let report = try await cutWhileSleeping(subject, set)
            #expect(report.failure?.kind == .connectionLost)
            #expect(report.failure?.consequence == "The database is clean on version 1")
            #expect(report.after == VersionState(version: 1))
            #expect(report.finished.map(\.step.version) == [1])
        }
    }

    @Test func `while the lost session stays at work leaves the state unknown rather than guessed`() async throws {
        let files = ["1_a.up.sql": "create table a (); select pg_sleep(600)"]
        try await withSubject(files) { subject, set in
            let report = try await cutWhileSleeping(subject, set, SessionOptions(recoveryLimit: .seconds(6)))
            #expect(report.failure?.kind == .connectionLost)
            #expect(report.after == nil)
            #expect(report.failure?.consequence?.contains("not known") == true)
            #expect(report.failure?.consequence?.contains("still at work") == true)
        }
    }

    /// As PostgreSQL writes a time there, it reads another one: IST is Israel's time to it.
    @Test func `is not taken for gone where times are written in an ambiguous way`() async throws {
        let files = ["1_a.up.sql": "create table a (); select pg_sleep(600)"]
        try await withSubject(files) { subject, set in
            let name = subject.database.name
            try await subject.database.psql(
                "alter database \(name) set datestyle = 'SQL, DMY'; alter database \(name) set timezone = 'Asia/Kolkata'"
            )
            let report = try await cutWhileSleeping(subject, set, SessionOptions(recoveryLimit: .seconds(6)))
            #expect(report.after == nil)
            #expect(report.failure?.consequence?.contains("still at work") == true)
            #expect(report.failure?.message.contains("first statement") == false)
        }
    }

    @Test func `while the lost session stays at work ends it, where the inventory says so`() async throws {
        let files = ["1_a.up.sql": "create table a (); select pg_sleep(600)"]
        try await withSubject(files) { subject, set in
            let report = try await cutWhileSleeping(subject.with { $0.endsLostSessions = true }, set)
            #expect(report.failure?.kind == .connectionLost)
            #expect(report.after == .empty)
            // Not the session that has looked, of which the server may not have heard yet that it is closed.
            let sessions = try await subject.database.psql(
                "select count(*) from pg_stat_activity where application_name like 'pgfleet%' "
                    + "and datname = current_database() and query like '%pg_sleep(600)%'")
            #expect(sessions == "0")
        }
    }

    @Test(arguments: [true, false])
    func `and whose rollout is gone on with is ended for it, where the inventory says so`(isSame: Bool) async throws {
        let files = ["1_a.up.sql": "create table if not exists a ()"]
        try await withSubject(files) { subject, set in
            let id = LockID(schema: "public", table: "schema_migrations", database: subject.database.name)
            let rollout = RolloutID(rawValue: "20260101-000000-abcd")
            let name = "pgfleet/\(isSame ? rollout.rawValue : "another")/1"
            let report = try await holding("select pg_advisory_lock(\(id.number))", on: subject, named: name) {
                try await subject.with {
                    $0.endsLostSessions = true
                    $0.lockWait = isSame ? .seconds(30) : .milliseconds(500)
                }.go(to: 1, in: set, RunOptions(rollout: rollout))
            }
            #expect(report.failure?.kind == (isSame ? nil : .lockHeld))
        }
    }

    @Test func `without a word is given up after the statements' own limit`() async throws {
        try await withSubject(["1_a.up.sql": "create table a (); select pg_sleep(0.3)"]) { subject, set in
            try await withProxy(to: subject.database.server.port) { proxy in
                let options = SessionOptions(
                    connectTimeout: ConnectTimeout(.seconds(30)), recoveryLimit: .seconds(2))
                let hasty = Subject(subject.database, port: proxy.port)
                    .with { $0.statementTimeout = StatementTimeout(.milliseconds(400)) }
                try await hasty.session(options) { session in
                    let run = RunOptions(
                        onStep: { progress in if case .began = progress { proxy.stall() } })
                    let report = await session.run(try set.route(from: nil, to: 1), in: set, options: run)
                    #expect(report.failure?.kind == .timedOut)
                    #expect(report.after == nil)
                    #expect(report.failure?.consequence?.contains("not known") == true)
                }
            }
        }
    }

    @Test func `in a drop that goes on without a word leaves it unknown whether all is gone`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, set in
            try await subject.go(to: 1, in: set)
            let failure = try await withProxy(to: subject.database.server.port) { proxy in
                let options = SessionOptions(
                    connectTimeout: ConnectTimeout(.seconds(30)), recoveryLimit: .seconds(2))
                return try await Subject(subject.database, port: proxy.port)
                    .with { $0.statementTimeout = StatementTimeout(.milliseconds(1500)) }
                    .session(options) { session in
                        let dropping = try await holding("lock table a", on: subject) {
                            let dropping = Task { try await session.drop() }
                            try await subject.waitForSession("and wait_event_type = 'Lock'")
                            proxy.stall()
                            return dropping
                        }
                        return await #expect(throws: TargetFailure.self) { try await dropping.value }
                    }
            }
            #expect(failure?.kind == .timedOut)
            #expect(failure?.consequence?.contains("not known") == true)
            #expect(try await subject.tables() == "")
        }
    }

    @Test func `because the server crashed is recovered from when the server is back`() async throws {
        let migrations = try await set(of: [
            "1_a.up.sql": "create table a ()", "2_b.up.sql": "create table b (); select pg_sleep(600)",
        ])
        try await withServers(1) { servers in
            let subject = Subject(try await servers[0].createDatabase("app"))
            let running = Task { try await subject.go(to: 2, in: migrations) }
            try await subject.waitForSleeper()
            try await servers[0].crash()
            try await servers[0].restart()
            let report = try await running.value
            #expect(report.failure?.kind == .connectionLost)
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.tables() == "a")
        }
    }
}

extension Subject {
    /// Returns when a migration is in `pg_sleep` on the server.
    func waitForSleeper() async throws { try await waitForSession("and wait_event = 'PgSleep'") }

    /// Returns when there is a session of pgfleet on the database.
    func waitForSession(_ condition: String = "") async throws {
        try await database.psql(
            """
            do $$ begin
                while not exists (
                    select from pg_stat_activity where application_name like 'pgfleet/migrate%'
                    and datname = current_database() \(condition)
                ) loop perform pg_sleep(0.01), pg_stat_clear_snapshot(); end loop;
            end $$
            """)
    }
}
