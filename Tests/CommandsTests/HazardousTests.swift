import TestSupport
import Testing

@Suite("Hazards stand against a rollout until they are allowed by name") struct HazardousTests {
    /// Versions 1 and 2 make tables; 3 drops a column of one and empties the other.
    private static let files =
        Samples.table(1, after: "ALTER TABLE t1 ADD old int;\n") + Samples.table(2) + [
            "3_tidy.up.sql": "-- Nobody reads it.\nALTER TABLE t1 DROP COLUMN old;\nTRUNCATE t2;\n",
            "3_tidy.down.sql": "ALTER TABLE t1 ADD old int;\n",
        ]

    private func withHazard(
        of count: Int, _ files: [String: String] = files, _ body: (FleetDirectory, [TestDatabase]) async throws -> Void
    ) async throws {
        try await withFleet(of: count, files) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "2").code == 0)
            try await body(fleet, databases)
        }
    }

    private let before = DatabaseState("2 clean", Samples.tables(2))
    private let after = DatabaseState("3 clean", Samples.tables(2))

    @Test func `a rollout with hazards ends with 2 before anything is changed, and names flag, file and line`()
        async throws
    {
        try await withHazard(of: 3) { fleet, databases in
            for command in [["plan"], ["rollout", "--yes"], ["rollout", "--dry-run"]] {
                let refused = try await fleet.run(command)
                #expect(refused.code == 2, "\(refused.everything)")
                #expect(refused.everything.contains("--allow drop_column"), "\(refused.everything)")
                #expect(refused.everything.contains("3_tidy.up.sql:2:1"), "\(refused.everything)")
                #expect(refused.everything.contains("3_tidy.up.sql:3:1"), "\(refused.everything)")
                #expect(refused.messages.contains("nothing was changed"))
                // Once for the file, however many targets it goes to.
                #expect(refused.everything.split(separator: "drops column old of t1").count == 2)
            }
            #expect(try await databases.states() == [before, before, before])
            #expect(try await fleet.json("rollout", "list")["rollouts"].elements.count == 1)
        }
    }

    @Test func `in JSON such a problem is of no target and says how many it keeps back`() async throws {
        try await withHazard(of: 3) { fleet, _ in
            let problems = try await fleet.json("plan")["problems"].elements
            #expect(problems.map { $0["kind"].string } == ["hazard", "hazard"])
            #expect(problems.map { $0["hazard"].string } == ["drop_column", "truncate"])
            #expect(problems.map { $0["target"] } == [.null, .null])
            #expect(problems.map { $0["targets"].integer } == [3, 3])
            #expect(problems.map { $0["place"]["line"].integer } == [2, 3])
            #expect(problems.map { $0["place"]["statement"].integer } == [1, 2])
        }
    }

    @Test func `one that is allowed lets the other one stand`() async throws {
        try await withHazard(of: 1) { fleet, databases in
            let refused = try await fleet.run("rollout", "--yes", "--allow", "drop_column")
            #expect(refused.code == 2)
            #expect(!refused.messages.contains("--allow drop_column"))
            #expect(refused.messages.contains("--allow truncate"))
            #expect(try await databases.states() == [before])
        }
    }

    @Test func `hazards that are allowed pass, with hyphens too, and are recorded`() async throws {
        try await withHazard(of: 2) { fleet, databases in
            try await databases[0].psql("INSERT INTO t2 VALUES (1)")
            let allowed = try await fleet.run("rollout", "--yes", "--allow", "drop-column", "--allow", "truncate")
            #expect(allowed.code == 0, "\(allowed.everything)")
            #expect(try await databases.states() == [after, after])
            let show = try await fleet.json("rollout", "show")
            #expect(show["allowed"] == .array([.string("drop_column"), .string("truncate")]))
            let story = try await fleet.run("rollout", "show")
            #expect(story.output.contains("allowed: drop_column, truncate"), "\(story.output)")
            #expect(try await fleet.json("rollout", "show", "last")["events"].elements.count > 0)
        }
    }

    @Test func `a rollout that allowed nothing records that`() async throws {
        try await withHazard(of: 1) { fleet, _ in
            let shown = try await fleet.json("rollout", "show")
            #expect(shown["allowed"] == .array([]))
        }
    }

    @Test func `a target that is past the file has nothing to do with it`() async throws {
        try await withHazard(of: 2) { fleet, databases in
            #expect(
                try await fleet.run("migrate", "up", "--target", databases[0].target()).code == 0,
                "one database alone is migrated as golang-migrate does it")
            #expect(try await databases.states() == [after, before])
            #expect(try await fleet.json("plan")["problems"].elements.map { $0["targets"].integer } == [1, 1])
            let rest = try await fleet.run("plan", "--target", databases[0].target())
            #expect(rest.code == 0, "\(rest.everything)")
        }
    }

    @Test func `beside a dirty target the hazard is told, and the code is 3`() async throws {
        try await withHazard(of: 2) { fleet, databases in
            try await databases[0].psql("UPDATE schema_migrations SET dirty = true")
            let refused = try await fleet.run("rollout", "--yes")
            #expect(refused.code == 3)
            #expect(refused.messages.contains(databases[0].target()))
            #expect(refused.messages.contains("--allow truncate"))
        }
    }

    @Test func `a rollback that would lose data is warned of, once for a file`() async throws {
        try await withFleet(of: 2, Samples.table(2) + Samples.table(10)) { fleet, databases in
            let plan = try await fleet.run("plan")
            #expect(plan.code == 0, "\(plan.everything)")
            #expect(plan.output.split(separator: "a rollback over 2 drops table t2").count == 2, "\(plan.output)")
            let warnings = try await fleet.json("plan")["warnings"].elements
            #expect(warnings.map { $0["kind"].string } == ["rollback_loses_data", "rollback_loses_data"])
            #expect(warnings.map { $0["version"].integer } == [2, 10])
            #expect(warnings.map { $0["targets"].integer } == [2, 2])
            #expect(
                warnings.map { $0["hazards"] } == [.array([.string("drop_table")]), .array([.string("drop_table")])])
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            #expect(
                try await fleet.json("plan")["warnings"].elements == [], "there is nothing to do and nothing to undo")
            #expect(try await databases.states().map(\.version) == ["10 clean", "10 clean"])
        }
    }

    @Test func `the hazards of a way down are shown and not refused`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let plan = try await fleet.json("plan", "--to", "1", "--allow-down")
            #expect(plan["problems"].elements == [])
            #expect(plan["warnings"].elements.map { $0["kind"].string } == ["down_hazard"])
            let down = try await fleet.run("rollout", "--yes", "--to", "1", "--allow-down")
            #expect(down.code == 0, "\(down.everything)")
            #expect(down.messages.contains("drops table t2"), "\(down.messages)")
            #expect(try await databases.states() == [DatabaseState("1 clean", ["t1"])])
        }
    }

    @Test func `a rollback takes down what has hazards without being asked for names`() async throws {
        let bad = [
            "4_bad.up.sql": "SELECT 1/0;\n", "4_bad.down.sql": "SELECT 1;\n",
            "3_tidy.down.sql": "ALTER TABLE t1 ADD old int;\nDROP TABLE IF EXISTS t9;\n",
        ]
        try await withHazard(of: 1, Self.files + bad) { fleet, databases in
            let failed = try await fleet.run("rollout", "--yes", "--allow", "drop_column", "--allow", "truncate")
            #expect(failed.code == 6, "\(failed.everything)")
            #expect(try await databases.states() == [before])
        }
    }
}
