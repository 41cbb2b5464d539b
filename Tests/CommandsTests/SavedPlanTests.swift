import TestSupport
import Testing

@Suite("Saved plans") struct SavedPlanTests {
    private func save(_ fleet: FleetDirectory) async throws -> String {
        let saved = try await fleet.json("plan", "--save")["saved"].string
        return try #require(saved)
    }

    @Test func `are carried out as they were made`() async throws {
        try await withFleet(of: 2, Samples.two) { fleet, databases in
            let plan = try await save(fleet)
            // A newer file is not part of what was planned.
            for (file, text) in Samples.table(3) { try fleet.write("migrations/\(file)", text) }
            let shown = try await fleet.run("rollout", "start", "--plan", plan, "--dry-run")
            #expect(shown.code == 0, "\(shown.everything)")
            #expect(shown.output.contains("none → 2"))
            let result = try await fleet.run("rollout", "start", "--plan", plan, "--yes")
            #expect(result.code == 0, "\(result.everything)")
            let new = DatabaseState("2 clean", Samples.tables(2))
            #expect(try await databases.states() == [new, new])
        }
    }

    @Test func `are refused where a target has moved since, and name it`() async throws {
        try await withFleet(of: 2, Samples.two) { fleet, databases in
            let plan = try await save(fleet)
            #expect(try await fleet.run("migrate", "up", "1", "--target", databases[1].target()).code == 0)
            let result = try await fleet.run("rollout", "start", "--plan", plan, "--yes")
            #expect(result.code == 1, "\(result.everything)")
            #expect(result.messages.contains(databases[1].target()))
            #expect(try await databases[0].state() == DatabaseState("no table"))
        }
    }

    @Test func `are refused where a file has changed since, and name it`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let plan = try await save(fleet)
            try fleet.write("migrations/2_make_t2.up.sql", "CREATE TABLE t2 (id bigint);\n")
            let result = try await fleet.run("rollout", "start", "--plan", plan, "--yes")
            #expect(result.code == 2, "\(result.everything)")
            #expect(result.messages.contains("version 2"))
            #expect(try await databases[0].state() == DatabaseState("no table"))
        }
    }

    @Test func `that nobody saved are bad usage, and so is saying again what they do`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            #expect(try await fleet.run("rollout", "start", "--plan", "plan-none", "--yes").code == 2)
            let plan = try await save(fleet)
            #expect(try await fleet.run("rollout", "start", "--plan", "plan-none", "--yes").code == 2)
            #expect(try await fleet.run("rollout", "start", "--plan", plan, "--to", "1", "--yes").code == 2)
            #expect(try await fleet.run("rollout", "start", "--plan", plan, "--env", "production", "--yes").code == 2)
        }
    }
}
