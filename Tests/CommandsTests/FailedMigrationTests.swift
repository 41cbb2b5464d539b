import TestSupport
import Testing

@Suite("A rollout in which a migration fails") struct FailedMigrationTests {
    @Test(arguments: [0, 1, 2])
    func `in its first, middle or last statement is 6 and leaves nothing of it`(index: Int) async throws {
        var statements = ["CREATE TABLE a (id int)", "CREATE TABLE b (id int)", "CREATE TABLE c (id int)"]
        statements[index] = "SELECT 1 / 0"
        let bad = ["2_bad.up.sql": statements.joined(separator: ";\n") + ";\n", "2_bad.down.sql": "DROP TABLE a, b, c"]
        try await withFleet(of: 2, Samples.table(1) + bad) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 6, "\(result.everything)")
            for word in [
                databases[0].target(), "2_bad.up.sql:\(index + 1):", "statement \(index + 1) of 3", "SQLSTATE 22012",
                "clean on version 1",
            ] {
                #expect(result.output.contains(word), "\(word) is missing: \(result.output)")
            }
            let old = DatabaseState("1 clean", Samples.tables(1))
            #expect(try await databases.states() == [old, old])
            #expect(try await fleet.states() == [databases[0].name: "behind", databases[1].name: "behind"])
            #expect(try await fleet.accounts() == [databases[0].name: "failed", databases[1].name: "not_started"])
        }
    }

    /// What the tool is for: the data of one database of six break a migration.
    @Test
    func `on one of six databases because of its data puts all of them back, and goes through once they are fixed`()
        async throws
    {
        let files =
            Samples.two + Samples.table(3) + [
                "4_check.up.sql": "ALTER TABLE t1\n  ADD CONSTRAINT positive CHECK (id > 0);\n",
                "4_check.down.sql": "ALTER TABLE t1 DROP CONSTRAINT positive;\n",
            ]
        try await withDatabases(7) { databases in
            try await withFleet { fleet in
                let production = Array(databases.dropFirst())
                let text = FleetText([
                    .init(name: "staging", databases: [databases[0]]),
                    .init(
                        name: "production", databases: production,
                        rules: [
                            "after: staging", "concurrency: 2", "on_failure: rollback",
                            "waves: [{name: canary, match: {tier: canary}}, {name: rest}]",
                        ], labels: [production[1].name: "tier: canary"]),
                ])
                try fleet.write(text, files)
                #expect(try await fleet.run("rollout", "--yes", "--to", "2").code == 0)
                let bad = production[4]
                try await bad.psql("INSERT INTO t1 VALUES (-1)")

                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 6, "\(result.everything)")
                let old = DatabaseState("2 clean", Samples.tables(2))
                #expect(try await databases.states() == Array(repeating: old, count: 7))
                #expect(result.output.contains(bad.target()))
                #expect(result.output.contains("4_check.up.sql:1:"), "\(result.output)")
                let status = try await fleet.json("status")
                #expect(status["summary"]["behind"].integer == 7)

                let show = try await fleet.json("rollout", "show")
                #expect(show["status"].string == "rolled_back")
                let failure = show["targets"].elements.filter { $0["failure"] != .null }
                #expect(failure.map { $0["target"].string } == [bad.target()])
                #expect(failure.first?["failure"]["sql_state"].string == "23514")
                #expect(failure.first?["version"].integer == 2)
                let accounts = try await fleet.accounts()
                #expect(accounts.count == 7)
                #expect(accounts[bad.name] == "failed")
                #expect(accounts[databases[0].name] == "rolled_back")
                #expect(accounts[production[1].name] == "rolled_back")
                #expect(accounts.values.allSatisfy { ["failed", "rolled_back", "not_started"].contains($0) })
                let events = show["events"].elements.compactMap { $0["event"].string }
                #expect(events.first == "started")
                #expect(events.last == "ended")
                #expect(events.filter { $0 == "halted" }.count == 1)
                // Newest first: the failed target was the last that was touched, staging the first.
                let scope = show["events"].elements.first { $0["event"].string == "rollback_started" }
                #expect(scope?["targets"].elements.last?.string == databases[0].target(in: "staging"))
                let story = try await fleet.run("rollout", "show")
                #expect(story.code == 0)
                #expect(story.output.contains("✗ \(bad.target()) failed"))
                #expect(story.output.contains("halted"))

                try await bad.psql("DELETE FROM t1 WHERE id < 0")
                #expect(try await fleet.run("rollout", "--yes").code == 0)
                let new = DatabaseState("4 clean", Samples.tables(3))
                #expect(try await databases.states() == Array(repeating: new, count: 7))
            }
        }
    }

    @Test func `because the role may not create anything is 6, and names the target and the right that is missing`()
        async throws
    {
        try await withFleet(of: 2, Samples.table(1)) { fleet, databases in
            let role = "visitor_\(databases[0].name)"
            try await databases[0].psql("CREATE ROLE \(role) LOGIN")
            var text = FleetText(production: databases)
            text.defaults[0] = "user: \(role)"
            try fleet.write(text, [:])
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 6, "\(result.everything)")
            #expect(result.output.contains(databases[0].target()))
            #expect(result.output.contains("permission denied"))
            #expect(result.output.contains("42501"))
            #expect(try await databases.states() == [DatabaseState("no table"), DatabaseState("no table")])
            #expect(Set(try await fleet.states().values) == ["behind"])
        }
    }

    @Test func `outside of a transaction leaves that database dirty, puts the others back, and is 3`() async throws {
        let files =
            Samples.table(1) + [
                "2_unique.up.sql": "CREATE UNIQUE INDEX CONCURRENTLY single ON t1 (id);\n",
                "2_unique.down.sql": "DROP INDEX CONCURRENTLY single;\n",
            ]
        try await withFleet(of: 3, files) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            try await databases[1].psql("INSERT INTO t1 VALUES (1), (1)")
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 3, "\(result.everything)")
            #expect(result.output.contains(databases[1].target()))
            #expect(result.output.contains("dirty on version 2"))
            #expect(result.output.contains("migrate force"))
            let old = DatabaseState("1 clean", ["t1"])
            #expect(try await databases.states() == [old, DatabaseState("2 dirty", ["t1"]), old])
            #expect(
                try await fleet.accounts() == [
                    databases[0].name: "rolled_back", databases[1].name: "failed", databases[2].name: "not_started",
                ])
            #expect(
                try await fleet.states() == [
                    databases[0].name: "behind", databases[1].name: "dirty", databases[2].name: "behind",
                ])
            #expect(try await fleet.run("status").code == 3)

            let again = try await fleet.run("rollout", "--yes")
            #expect(again.code == 3)
            #expect(again.messages.contains("nothing was changed"))

            try await databases[1].psql("DELETE FROM t1; DROP INDEX single")
            let force = try await fleet.run(
                "migrate", "force", "1", "--yes", "--target", databases[1].target())
            #expect(force.code == 0, "\(force.everything)")
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let new = DatabaseState("2 clean", ["t1"])
            #expect(try await databases.states() == [new, new, new])
        }
    }

    @Test func `on the way back leaves the rollback incomplete, is 7, and a resume completes it`() async throws {
        let files =
            Samples.table(1) + [
                "2_stays.up.sql": "CREATE TABLE t2 (id int);\n",
                "2_stays.down.sql": """
                SELECT 1 / (CASE WHEN EXISTS (SELECT FROM t1 WHERE id = 7) THEN 0 ELSE 1 END);
                DROP TABLE t2;
                """,
                "3_bad.up.sql": "SELECT 1 / (SELECT count(*) FROM t1);\n", "3_bad.down.sql": "SELECT 1;\n",
            ]
        try await withFleet(of: 2, files) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            try await databases[0].psql("INSERT INTO t1 VALUES (7)")
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 7, "\(result.everything)")
            #expect(result.output.contains(databases[0].target()))
            #expect(result.output.contains("clean on version 2"), "\(result.output)")
            #expect(try await fleet.json("rollout", "show")["status"].string == "rollback_incomplete")
            #expect(
                try await fleet.accounts() == [databases[0].name: "failed", databases[1].name: "failed"])

            try await databases[0].psql("DELETE FROM t1")
            let resumed = try await fleet.run("rollout", "resume")
            #expect(resumed.code == 6, "\(resumed.everything)")
            let old = DatabaseState("1 clean", ["t1"])
            #expect(try await databases.states() == [old, old])
            #expect(try await fleet.json("rollout", "show")["status"].string == "rolled_back")
        }
    }

    @Test(arguments: ["postgresql://u:hunter2@127.0.0.1:1/x", "nonsense hunter2", "host=127.0.0.1 port=1 hunter2=1"])
    func `shows no connection string, neither in output, journal nor history`(connection: String) async throws {
        let file = "CREATE SUBSCRIPTION s CONNECTION '\(connection)' PUBLICATION p;\n"
        try await withFleet(of: 1, ["1_s.up.sql": file, "1_s.down.sql": "SELECT 1"]) { fleet, databases in
            let text = try await fleet.run("rollout", "--yes")
            #expect(text.code != 0)
            #expect(text.output.contains("CREATE SUBSCRIPTION s CONNECTION ?"), "\(text.output)")
            let shown = try await fleet.run("rollout", "show", "--output", "json")
            let history = try await databases[0].psql("SELECT * FROM pgfleet.history")
            #expect(!history.isEmpty)
            for text in [text.everything, shown.everything, history] {
                #expect(!text.contains("hunter2"), "\(text)")
            }
        }
    }
}
