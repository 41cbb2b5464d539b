import Glibc
import TestSupport
import Testing

@Suite("An inventory that was edited after the start of a rollout") struct EditedInventoryTests {
    /// Lends a rollout of three databases that was stopped after the first, one at a time.
    private func withInterrupted(
        rules: [String], _ body: (FleetDirectory, [TestDatabase]) async throws -> Void
    ) async throws {
        try await withFleet(of: 3, Samples.gated, rules: rules) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            rollout.signal(SIGINT)
            try await eventually("it is heard") { try rollout.messages().contains("asked to stop") }
            try await databases[0].openGate()
            #expect(try await rollout.wait().code == 130)
            try await body(fleet, databases)
        }
    }

    @Test func `changes no rule of the plan, and the resume tells which ones differ`() async throws {
        try await withInterrupted(rules: ["on_failure: rollback"]) { fleet, databases in
            try fleet.write(
                FleetText(
                    production: databases,
                    rules: [
                        "concurrency: 3", "per_host: 3", "on_failure: continue",
                        "waves: [{name: all, bake: 1h, gates: {never: {sql: SELECT false}}}]",
                    ]), [:])
            let resumed = try fleet.start("rollout", "resume", "--yes")
            try await databases[1].waitUntilBusy()
            // By the plan, one after the other.
            let starts = try await fleet.events().filter { $0 == "target_started" }
            #expect(starts.count == 2)
            let told = try resumed.messages()
            for rule in ["concurrency", "per_host", "on_failure", "production/all: bake", "production/all: gates"] {
                #expect(told.contains(rule), "\(rule): \(told)")
            }
            #expect(!told.contains("retries"))
            // The third one fails, and by the plan everything goes back.
            try await databases[2].psql("CREATE TABLE t1 ()")
            for database in databases[1...] { try await database.openGate() }
            let result = try await resumed.wait()
            #expect(result.code == 6, "\(result.everything)")
            #expect(try await databases[0].state() == DatabaseState("none"))
        }
    }

    @Test func `not at all, or only in what is not a rule of the plan, is not told of`() async throws {
        try await withInterrupted(rules: ["max_failures: 40%"]) { fleet, databases in
            var text = FleetText(production: databases, rules: ["max_failures: 40%"])
            text.environments[0].labels = [databases[2].name: "tier: last"]
            try fleet.write(text, [:])
            for database in databases[1...] { try await database.openGate() }
            let resumed = try await fleet.run("rollout", "resume", "--yes")
            #expect(resumed.code == 0, "\(resumed.everything)")
            #expect(!resumed.messages.contains("was edited"))
        }
    }
}
