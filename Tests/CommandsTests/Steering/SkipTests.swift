import TestSupport
import Testing

@Suite("Targets that an operator skips or has tried again") struct SkipTests {
    private static let new = DatabaseState("1 clean", ["t1"])
    private static let rules = ["max_failures: 1", "on_failure: halt", "retry_delay: 100ms"]

    @Test func `one that waits is left out, and the rollout succeeds`() async throws {
        try await withFleet(of: 3, Samples.gated) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            let working = try await fleet.run("rollout", "skip", databases[0].target())
            #expect(working.code == 2, "\(working.everything)")
            let skipped = try await fleet.run("rollout", "skip", databases[1].target(), "--reason", "moves next week")
            #expect(skipped.code == 0, "\(skipped.everything)")
            for database in databases { try await database.openGate() }
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, DatabaseState("no table"), Self.new])
            #expect(
                try await fleet.accounts() == [
                    databases[0].name: "changed", databases[1].name: "skipped", databases[2].name: "changed",
                ])
        }
    }

    /// Lends a rollout of two databases whose first one has failed and whose second one is at work.
    private func withFailed(
        _ body: (FleetDirectory, [TestDatabase], RunningTool) async throws -> Void
    ) async throws {
        try await withFleet(of: 2, Samples.gatedOrBad, rules: Self.rules) { fleet, databases in
            try await databases[0].psql("CREATE TABLE bad ()")
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[1].waitUntilBusy()
            try await body(fleet, databases, rollout)
        }
    }

    @Test func `one that failed is tried again, and its failure is forgotten`() async throws {
        try await withFailed { fleet, databases, rollout in
            try await databases[0].psql("DROP TABLE bad; CREATE TABLE gate ()")
            let working = try await fleet.run("rollout", "retry", databases[1].target())
            #expect(working.code == 2, "\(working.everything)")
            let retried = try await fleet.run("rollout", "retry", databases[0].target())
            #expect(retried.code == 0, "\(retried.everything)")
            try await databases[1].openGate()
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new])
            #expect(Set(try await fleet.accounts().values) == ["changed"])
        }
    }

    @Test func `one that failed is left out, and the rollout succeeds`() async throws {
        try await withFailed { fleet, databases, rollout in
            #expect(try await fleet.run("rollout", "skip", databases[0].target()).code == 0)
            try await databases[1].openGate()
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases[1].state() == Self.new)
            #expect(
                try await fleet.accounts() == [databases[0].name: "skipped", databases[1].name: "changed"])
        }
    }
}
