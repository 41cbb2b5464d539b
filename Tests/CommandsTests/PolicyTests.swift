import TestSupport
import Testing

@Suite("What happens after a failure") struct PolicyTests {
    /// Version 2 fails wherever `t1` has a row.
    private static let files =
        Samples.table(1) + [
            "2_check.up.sql":
                "CREATE TABLE t2 (id int);\nSELECT 1 / (CASE WHEN EXISTS (SELECT FROM t1) THEN 0 ELSE 1 END);\n",
            "2_check.down.sql": "DROP TABLE t2;\n",
        ]

    private static let old = DatabaseState("1 clean", ["t1"])
    private static let new = DatabaseState("2 clean", ["t1", "t2"])

    /// Lends four databases on version 1 of which some will fail.
    private func withFailures(
        at failing: [Int], rules: [String], _ body: (FleetDirectory, [TestDatabase], ToolResult) async throws -> Void
    ) async throws {
        try await withFleet(of: 4, Self.files, rules: rules) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            for index in failing { try await databases[index].psql("INSERT INTO t1 VALUES (1)") }
            try await body(fleet, databases, try await fleet.run("rollout", "--yes"))
        }
    }

    @Test func `halt leaves what was changed, and a resume or a rollback goes on from there`() async throws {
        try await withFailures(at: [1], rules: ["on_failure: halt"]) { fleet, databases, result in
            #expect(result.code == 1)
            #expect(result.output.contains("rollout resume"))
            #expect(result.output.contains("rollout rollback"))
            #expect(try await databases.states() == [Self.new, Self.old, Self.old, Self.old])
            #expect(
                Set(try await fleet.accounts().values) == ["changed", "failed", "not_started"])

            let again = try await fleet.run("rollout", "resume")
            #expect(again.code == 1, "\(again.everything)")
            #expect(try await databases.states() == [Self.new, Self.old, Self.old, Self.old])

            try await databases[1].psql("DELETE FROM t1")
            let resumed = try await fleet.run("rollout", "resume", "--yes")
            #expect(resumed.code == 0, "\(resumed.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.new, Self.new])
            #expect(Set(try await fleet.accounts().values) == ["changed"])
        }
    }

    @Test func `halt and then rollback brings the changed ones back`() async throws {
        try await withFailures(at: [2], rules: ["on_failure: halt"]) { fleet, databases, result in
            #expect(result.code == 1)
            #expect(try await databases.states() == [Self.new, Self.new, Self.old, Self.old])
            let back = try await fleet.run("rollout", "rollback", "--yes")
            #expect(back.code == 0, "\(back.everything)")
            #expect(try await databases.states() == [Self.old, Self.old, Self.old, Self.old])
            #expect(try await fleet.json("rollout", "show")["status"].string == "rolled_back")
            let twice = try await fleet.run("rollout", "rollback", "--yes")
            #expect(twice.code == 2)
        }
    }

    @Test func `continue goes on up to its limit and says at the end what is left`() async throws {
        let rules = ["on_failure: continue", "max_failures: 1"]
        try await withFailures(at: [1], rules: rules) { fleet, databases, result in
            #expect(result.code == 1)
            #expect(result.output.contains(databases[1].target()))
            #expect(try await databases.states() == [Self.new, Self.old, Self.new, Self.new])
            let numbers = try await fleet.json("rollout", "show")["accounts"]
            let expected = try JSON(
                #"{"changed":3,"deferred":0,"failed":1,"in_flight":0,"not_started":0,"rolled_back":0,"skipped":0,"unchanged":0}"#
            )
            #expect(numbers == expected)
        }
    }

    @Test func `continue halts once there are more failures than its limit`() async throws {
        let rules = ["on_failure: continue", "max_failures: 1"]
        try await withFailures(at: [0, 1], rules: rules) { fleet, databases, result in
            #expect(result.code == 1)
            #expect(try await databases.states() == [Self.old, Self.old, Self.old, Self.old])
            let accounts = try await fleet.accounts()
            #expect(databases.map { accounts[$0.name] } == ["failed", "failed", "not_started", "not_started"])
        }
    }

    @Test func `rollback_wave puts only the wave back in which it failed`() async throws {
        let rules = ["on_failure: rollback_wave", "waves: [{name: first, count: 2}, {name: rest}]"]
        try await withFailures(at: [3], rules: rules) { fleet, databases, result in
            #expect(result.code == 1, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.old, Self.old])
            let accounts = try await fleet.accounts()
            #expect(databases.map { accounts[$0.name] } == ["changed", "changed", "rolled_back", "failed"])
        }
    }

    @Test func `a probe that says no after the bake puts all back`() async throws {
        let rules = [
            "on_failure: rollback",
            "waves: [{name: canary, count: 1, bake: 200ms, probe: \"SELECT count(*) = 0 FROM t1\"}, {name: rest}]",
        ]
        try await withFleet(of: 3, Samples.two, rules: rules) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            try await databases[0].psql("INSERT INTO t1 VALUES (1)")
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 6, "\(result.everything)")
            #expect(result.everything.contains("SELECT count(*) = 0 FROM t1"))
            #expect(result.everything.contains("production/canary"))
            #expect(try await databases.states() == [Self.old, Self.old, Self.old])
            #expect(
                try await fleet.accounts() == [
                    databases[0].name: "rolled_back", databases[1].name: "not_started",
                    databases[2].name: "not_started",
                ])
            try await databases[0].psql("DELETE FROM t1")
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            #expect(try await databases.states() == [Self.new, Self.new, Self.new])
        }
    }
}
