import Glibc
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("Stopping a rollout by a signal") struct InterruptedTests {
    @Test(arguments: [SIGINT, SIGTERM])
    func `once lets what runs finish, records it, is 130, and a resume goes on`(number: Int32) async throws {
        try await withFleet(of: 3, Samples.gated) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            rollout.signal(number)
            try await eventually("the signal is heard") { try rollout.messages().contains("asked to stop") }
            for database in databases { try await database.openGate() }
            let result = try await rollout.wait()
            #expect(result.code == 130, "\(result.everything)")
            #expect(result.output.contains("rollout resume"))
            let new = DatabaseState("1 clean", ["t1"])
            #expect(try await databases.states() == [new, DatabaseState("no table"), DatabaseState("no table")])
            #expect(
                try await fleet.accounts() == [
                    databases[0].name: "changed", databases[1].name: "not_started", databases[2].name: "not_started",
                ])
            #expect(try await fleet.json("rollout", "show")["status"].string == "interrupted")
            #expect(try await fleet.run("status").messages.contains("interrupted"))

            let resumed = try await fleet.run("rollout", "resume", "--yes")
            #expect(resumed.code == 0, "\(resumed.everything)")
            #expect(try await databases.states() == [new, new, new])
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `twice cancels on the server, leaves the database clean, and is 130`(number: Int32) async throws {
        try await withFleet(of: 2, Samples.table(1, after: "SELECT pg_sleep(50);\n")) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            rollout.signal(number)
            // A second one that comes before the first was seen would be one signal.
            try await eventually("the first signal is heard") { try rollout.messages().contains("asked to stop") }
            let start = ContinuousClock.now
            rollout.signal(number)
            let result = try await rollout.wait()
            #expect(ContinuousClock.now - start < .seconds(40))
            #expect(result.code == 130, "\(result.everything)")
            #expect(
                try await databases[0].server.psql(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(databases[0].name)' AND state = 'active'")
                    == "0")
            let states = try await databases.states()
            #expect(states.map(\.tables) == [[], []])
            #expect(!states.map(\.version).contains { $0.contains("dirty") })
            #expect(Set(try await fleet.accounts().values) == ["not_started"])

            let back = try await fleet.run("rollout", "rollback", "--yes")
            #expect(back.code == 0, "\(back.everything)")
            #expect(try await databases.states().map(\.tables) == [[], []])
        }
    }

    @Test func `while a wave bakes leaves it for a resume`() async throws {
        let rules = ["waves: [{name: canary, count: 1, bake: 1m}, {name: rest}]"]
        try await withFleet(of: 2, Samples.two, rules: rules) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await eventually("the bake begins") { try rollout.messages().contains("baking") }
            rollout.signal(SIGTERM)
            let result = try await rollout.wait()
            #expect(result.code == 130)
            let new = DatabaseState("2 clean", Samples.tables(2))
            #expect(try await databases.states() == [new, DatabaseState("no table")])
            let back = try await fleet.run("rollout", "rollback", "--yes")
            #expect(back.code == 0)
            #expect(try await databases.states() == [DatabaseState("none"), DatabaseState("no table")])
        }
    }

    @Test func `during a rollback leaves it for a resume, which completes it`() async throws {
        let files =
            (1...3).reduce([:]) { files, version in
                files + [
                    "\(version)_make.up.sql": "CREATE TABLE t\(version) (id int);\n",
                    "\(version)_make.down.sql": "SELECT pg_sleep(0.4);\nDROP TABLE t\(version);\n",
                ]
            }
        try await withFleet(of: 3, files, rules: ["on_failure: halt"]) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let back = try fleet.start("rollout", "rollback", "--yes")
            try await databases[2].waitUntilBusy()
            back.signal(SIGINT)
            let result = try await back.wait()
            #expect(result.code == 130, "\(result.everything)")
            let status = try await fleet.json("rollout", "show")["status"].string
            #expect(status == "interrupted")
            let between = try await databases.states()
            #expect(!between.contains { $0.version.contains("dirty") })

            let resumed = try await fleet.run("rollout", "resume")
            #expect(resumed.code == 6, "\(resumed.everything)")
            let old = DatabaseState("none")
            #expect(try await databases.states() == [old, old, old])
            #expect(Set(try await fleet.accounts().values) == ["rolled_back"])
        }
    }

    @Test func `of one migration on one target cancels it on the server at the second one`() async throws {
        try await withFleet(of: 1, Samples.table(1, after: "SELECT pg_sleep(50);\n")) { fleet, databases in
            let migrate = try fleet.start("migrate", "up")
            try await databases[0].waitUntilBusy()
            // Two of the same kind could melt into one.
            migrate.signal(SIGINT)
            migrate.signal(SIGTERM)
            let result = try await migrate.wait()
            #expect(result.code == 130, "\(result.everything)")
            let state = try await databases[0].state()
            #expect(state.tables.isEmpty)
            #expect(!state.version.contains("dirty"))
        }
    }

    @Test func `of one migration that waits for the migration lock ends the wait`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let holder = try await databases[0].connect()
            let lock = LockID(schema: "public", table: "schema_migrations", database: databases[0].name)
            _ = try await holder.run("SELECT pg_advisory_lock(\(lock.number))")
            let migrate = try fleet.start("migrate", "up")
            try await databases[0].psql(
                """
                DO $$ BEGIN
                  WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'pgfleet/%'
                    AND datname = current_database() AND query LIKE '%pg_advisory_unlock%')
                  LOOP PERFORM pg_sleep(0.02), pg_stat_clear_snapshot(); END LOOP;
                END $$
                """)
            let start = ContinuousClock.now
            migrate.signal(SIGINT)
            let result = try await migrate.wait()
            #expect(ContinuousClock.now - start < .seconds(40))
            #expect(result.code == 130, "\(result.everything)")
            #expect(try await databases[0].state() == DatabaseState("no table"))
            await holder.close()
        }
    }
}
