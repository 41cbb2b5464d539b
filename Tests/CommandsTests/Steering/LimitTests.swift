import TestSupport
import Testing

@Suite("Limits of failures in percent") struct LimitTests {
    /// Version 1 fails where the table is there already.
    private func withFailures(
        _ count: Int, rules: [String], _ body: (FleetDirectory, [TestDatabase], ToolResult) async throws -> Void
    ) async throws {
        try await withFleet(of: 4, Samples.table(1), rules: rules + ["on_failure: halt"]) { fleet, databases in
            for database in databases.prefix(count) { try await database.psql("CREATE TABLE t1 ()") }
            try await body(fleet, databases, try await fleet.run("rollout", "--yes"))
        }
    }

    @Test(arguments: ["max_failures: 25%", "waves: [{name: all, max_failures: 25%}]\n    max_failures: 4"])
    func `that are reached are tolerated`(rule: String) async throws {
        try await withFailures(1, rules: rule.split(separator: "\n    ").map(String.init)) { fleet, databases, result in
            #expect(result.code == 1, "\(result.everything)")
            let states = try await Array(databases.dropFirst()).states()
            #expect(states == Array(repeating: DatabaseState("1 clean", ["t1"]), count: 3))
            let events = try await fleet.events()
            #expect(!events.contains("halted"))
        }
    }

    @Test(arguments: ["max_failures: 25%", "waves: [{name: all, max_failures: 25%}]\n    max_failures: 4"])
    func `that are exceeded halt the rollout`(rule: String) async throws {
        try await withFailures(2, rules: rule.split(separator: "\n    ").map(String.init)) { fleet, databases, result in
            #expect(result.code == 1, "\(result.everything)")
            let states = try await Array(databases.dropFirst(2)).states()
            #expect(states == Array(repeating: DatabaseState("no table"), count: 2))
            let events = try await fleet.events()
            #expect(events.contains("halted"))
        }
    }
}
