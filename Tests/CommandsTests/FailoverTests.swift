import LocalServers
import Postgres
import TestSupport
import Testing

/// Hosts that are lists of a primary and its standbys, on servers that stream to each other.
@Suite("Failing over") struct FailoverTests {
    /// Lends a primary with a standby, and a fleet whose one target is the database `shop` on both.
    private func withPair(
        _ files: [String: String], isPrimaryFirst: Bool = true, defaults: [String] = [],
        _ body: (FleetDirectory, _ primary: TestDatabase, _ standby: TestDatabase) async throws -> Void
    ) async throws {
        try await withServers(1) { servers in
            let primary = try await servers[0].createDatabase("shop")
            try await withStandby(of: servers[0]) { standby in
                let ports = [servers[0].port, standby.port]
                try await withFleet { fleet in
                    try fleet.write(Self.text(isPrimaryFirst ? ports : ports.reversed(), defaults), files)
                    try await body(fleet, primary, standby.database("shop"))
                }
            }
        }
    }

    private static func text(_ ports: [Int], _ defaults: [String] = []) -> FleetText {
        var text = FleetText(production: [])
        text.defaults += defaults + ["host: [\(ports.map { _ in "127.0.0.1" }.joined(separator: ", "))]"]
        text.entries = ["{name: pair, port: [\(ports.map(String.init).joined(separator: ", "))], database: shop}"]
        return text
    }

    @Test func `migrations go on where the standby was promoted`() async throws {
        try await withPair(Samples.two) { fleet, primary, standby in
            #expect(try await fleet.run("migrate", "up", "1").code == 0)
            try await primary.server.server.stop(.fast)
            try await standby.server.promote()
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await standby.state() == DatabaseState("2 clean", Samples.tables(2)))
            let row = try await fleet.json("targets")["targets"].elements[0]
            #expect(row["target"] == .string("production/pair/shop"))
            #expect(
                row["hosts"].elements.map { $0["port"] } == [primary, standby].map { .number(Double($0.server.port)) })
        }
    }

    @Test func `the primary may be the second of the list`() async throws {
        try await withPair(Samples.two, isPrimaryFirst: false) { fleet, primary, standby in
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await primary.state() == DatabaseState("2 clean", Samples.tables(2)))
            // Back as a standby of nobody, the old primary takes no writes, and is passed over.
            try await standby.server.promote()
            try await primary.server.becomeStandby()
            #expect(try await fleet.run("migrate", "down", "1").code == 0)
            #expect(try await standby.state() == DatabaseState("1 clean", Samples.tables(1)))
            #expect(try await primary.state() == DatabaseState("2 clean", Samples.tables(2)))
        }
    }

    @Test func `a list with standbys only is told as such, and nothing is begun`() async throws {
        try await withPair(Samples.two) { fleet, primary, _ in
            try await primary.server.server.stop(.fast)
            let plan = try await fleet.run("rollout", "--dry-run", "--output", "json")
            #expect(plan.code == 1)
            let problems = try plan.document()["problems"].elements
            #expect(problems.map { $0["kind"] } == [.string("read_only")], "\(plan.everything)")
            #expect(try await fleet.run("migrate", "up").code == 1)
            #expect(try await fleet.states() == ["shop": "unreachable"])
        }
    }

    @Test func `a rollout in whose middle the primary dies goes on at the promoted standby`() async throws {
        try await withPair(Samples.gated + Samples.table(2)) { fleet, primary, standby in
            let rollout = try fleet.start("rollout", "--yes")
            try await primary.waitUntilBusy()
            try await primary.server.crash()
            try await standby.server.promote()
            try await standby.waitUntilBusy()
            try await standby.openGate()
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await standby.state() == DatabaseState("2 clean", Samples.tables(2)))
            #expect(try await fleet.accounts() == ["shop": "changed"])
        }
    }

    /// A sequence counts what is rolled back, too.
    @Test(arguments: [(0, false), (1, false), (0, true), (1, true)])
    func `a try that is repeated follows as many losses as the first one did`(retries: Int, isList: Bool) async throws {
        let files = [
            "1_lost.up.sql": "SELECT nextval('attempts');\nSELECT pg_terminate_backend(pg_backend_pid());",
            "1_lost.down.sql": "SELECT 1",
        ]
        try await withDatabase { database in
            try await database.psql("CREATE SEQUENCE attempts")
            try await withFleet { fleet in
                var text = FleetText(
                    production: [], rules: ["on_failure: halt", "retries: \(retries)", "retry_delay: 100ms"])
                let host = isList ? "[127.0.0.1, localhost]" : "127.0.0.1"
                let place = "port: \(database.server.port), database: \(database.name)"
                text.entries = ["{name: pair, host: \(host), \(place)}"]
                try fleet.write(text, files)
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 1, "\(result.everything)")
                let attempts = (retries + 1) * (isList ? 4 : 1)
                #expect(try await database.psql("SELECT last_value FROM attempts") == "\(attempts)")
                #expect(try await database.state().tables == [])
                #expect(try await fleet.events().count { $0 == "wave_repeated" } == retries)
            }
        }
    }

    @Test func `what became of a lost commit is asked of the primary, not of a standby that lags`() async throws {
        try await withPair(Samples.two) { fleet, primary, standby in
            try await withProxy(to: primary.server.port) { proxy in
                #expect(try await fleet.run("migrate", "up", "1").code == 0)
                try await eventually("the standby has followed") {
                    (try? await standby.state()) == DatabaseState("1 clean", Samples.tables(1))
                }
                try await standby.psql("SELECT pg_wal_replay_pause()")
                // Any server would do for the inventory, and the one that lags is the next to be asked.
                let ports = [proxy.port, standby.server.port, primary.server.port]
                var text = Self.text(ports, ["target_session_attrs: any"])
                text.defaults[1] = "timeouts: {connect: 4s, lock: 1s, statement: 1m}"
                try fleet.write(text, [:])
                try await primary.psql(
                    """
                    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'gate') LOOP PERFORM pg_sleep(0.02); END LOOP;
                    RETURN NEW; END $$;
                    CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON schema_migrations DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW WHEN (NOT NEW.dirty) EXECUTE FUNCTION wait()
                    """)
                let migration = try fleet.start("migrate", "up", "--output", "json")
                try await eventually("the commit has begun") {
                    try await primary.psql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1"
                }
                proxy.holdAnswers()
                try await primary.openGate()
                try await eventually("the commit") { try await primary.state().version == "2 clean" }
                proxy.cutConnections()
                proxy.stall()
                let result = try await migration.wait()
                #expect(try await standby.state().version == "1 clean")
                #expect(result.code == 0, "\(result.everything)")
                #expect(try result.document()["version"] == .number(2))
            }
        }
    }
}
