import TestSupport
import Testing

/// Two databases, the first of which is the canary with a gate behind it.
@Suite("Gates") struct GateTests {
    private static let new = DatabaseState("1 clean", ["t1"])
    private static let none = DatabaseState("no table")

    private func withGates(
        _ gates: String, _ files: [String: String] = Samples.table(1), more: [String] = [],
        _ body: (FleetDirectory, [TestDatabase], ToolResult) async throws -> Void
    ) async throws {
        let rules = ["waves: [{name: canary, count: 1, \(gates)}, {name: rest}]"] + more
        try await withFleet(of: 2, files, rules: rules) { fleet, databases in
            try await body(fleet, databases, try await fleet.run("rollout", "--yes"))
        }
    }

    @Test(arguments: [
        ("10%", 110, true), ("10%", 111, false), ("0", 100, true), ("0", 101, false), ("10", 110, true),
        ("10.5", 111, false),
    ])
    func `a number may grow by the share or the amount that is allowed, and not by more`(
        limit: String, after: Int, passes: Bool
    ) async throws {
        let files = Samples.table(1, after: "UPDATE counted SET number = \(after) WHERE number = 100;\n")
        let gates = "gates: {errors: {sql: SELECT number FROM counted, max_increase: \(limit)}}"
        let rules = ["waves: [{name: canary, count: 1, \(gates)}, {name: rest}]"]
        try await withFleet(of: 2, files, rules: rules) { fleet, databases in
            for database in databases {
                try await database.psql("CREATE TABLE counted AS SELECT 100 AS number")
            }
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == (passes ? 0 : 6), "\(result.everything)")
            let versions = try await databases.states().map(\.version)
            #expect(versions == (passes ? ["1 clean", "1 clean"] : ["none", "no table"]))
            let numbers = try await fleet.json("rollout", "show")["events"].elements.first {
                $0["event"].string == "baseline_finished"
            }
            #expect(numbers?["baselines"].elements.first?["value"].integer == 100, "\(String(describing: numbers))")
        }
    }

    @Test func `a number that cannot be had before the wave halts before anything is changed`() async throws {
        try await withGates("gates: {errors: {sql: SELECT 1 FROM nowhere, max_increase: 1}}") { _, databases, result in
            #expect([1, 6].contains(result.code), "\(result.everything)")
            #expect(result.everything.contains("nowhere"))
            let states = try await databases.states()
            #expect(states == [Self.none, Self.none])
        }
    }

    @Test(arguments: ["gates: {other: {sql: SELECT true, on: production/nowhere/shop}}", ""])
    func `that ask a target which the inventory does not have are refused when planning`(gates: String) async throws {
        let hooks = gates.isEmpty ? ["hooks: {before: [{sql: SELECT 1, on: production/nowhere/shop}]}"] : []
        try await withGates(gates.isEmpty ? "bake: 1ms" : gates, more: hooks) { fleet, databases, result in
            #expect(result.code == 2, "\(result.everything)")
            #expect(result.messages.contains("production/nowhere/shop"))
            let states = try await databases.states()
            #expect(states == [Self.none, Self.none])
            #expect(!fleet.exists(".pgfleet"))
            let plan = try await fleet.run("plan", "--output", "json")
            #expect(plan.code == 2)
            let problems = try plan.document()["problems"].elements
            #expect(problems.map { $0["kind"].string } == ["configuration"])
            #expect(problems.first?["target"] == .null)
        }
    }

    @Test func `that ask a target which only a discovery could find say no where it is not there`() async throws {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                let server = databases[0].server
                let gate = "gates: {other: {sql: SELECT true, on: production/found/nowhere}}"
                let text = FleetText(
                    production: databases, rules: ["waves: [{name: canary, count: 1, \(gate)}, {name: rest}]"])
                let discovery =
                    "    hosts: [{name: found, host: localhost, port: \(server.port), "
                    + "discover: \"SELECT 'x' WHERE false\"}]\n"
                try fleet.write(text, Samples.table(1))
                try fleet.write("fleet.yaml", text.yaml.replacing("    targets:", with: discovery + "    targets:"))
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 6, "\(result.everything)")
                #expect(result.everything.contains("production/found/nowhere"))
                #expect(try await databases.states() == [DatabaseState("none"), Self.none])
            }
        }
    }

    @Test func `a check that a migration brings along must be true after its wave`() async throws {
        for (answer, code) in [("true", 0), ("count(*) > 0 FROM t1", 6), ("NULL::boolean", 6)] {
            let files = Samples.table(1) + ["1_make_t1.verify.sql": "SELECT \(answer);\n"]
            try await withGates("bake: 1ms", files) { fleet, databases, result in
                #expect(result.code == code, "\(answer): \(result.everything)")
                #expect(result.everything.contains("1_make_t1.verify.sql") == (code != 0))
                let versions = try await databases.states().map(\.version)
                #expect(versions == (code == 0 ? ["1 clean", "1 clean"] : ["none", "no table"]))
            }
        }
    }
}
