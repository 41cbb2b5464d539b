import TestSupport
import Testing

@Suite("Approvals") struct ApprovalTests {
    private func withApproval(
        _ migrations: [String: String], _ body: (FleetDirectory, [TestDatabase]) async throws -> Void
    ) async throws {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                let text = FleetText([
                    .init(name: "staging", databases: [databases[0]]),
                    .init(
                        name: "production", databases: [databases[1]], rules: ["after: staging", "approval: required"]),
                ])
                try fleet.write(text, migrations)
                try await body(fleet, databases)
            }
        }
    }

    @Test func `that nobody can be asked for are waited for with 5, and a resume that gives them goes on`() async throws
    {
        try await withApproval(Samples.two) { fleet, databases in
            // Beginning without a question approves nothing.
            let waiting = try await fleet.run("rollout", "--yes")
            #expect(waiting.code == 5, "\(waiting.everything)")
            #expect(waiting.output.contains("rollout resume"))
            #expect(waiting.output.contains("--approve production"))
            let new = DatabaseState("2 clean", Samples.tables(2))
            #expect(try await databases.states() == [new, DatabaseState("no table")])
            #expect(try await fleet.json("rollout", "show")["status"].string == "waiting")
            let status = try await fleet.run("status")
            #expect(status.code == 0)
            #expect(status.messages.contains("approval"))

            let wrong = try await fleet.run("rollout", "resume", "--approve", "staging")
            #expect(wrong.code == 5)

            let approved = try await fleet.run("rollout", "resume", "--approve", "production")
            #expect(approved.code == 0, "\(approved.everything)")
            #expect(try await databases.states() == [new, new])
            let events = try await fleet.json("rollout", "show")["events"].elements
            #expect(
                events.filter { $0["event"].string == "approved" }.map { $0["environment"].string } == ["production"])
            #expect(events.filter { $0["event"].string == "ended" }.count == 1)
        }
    }

    @Test func `of several people cannot be checked, so the rollout is refused with 2 before it begins`() async throws {
        try await withFleet(of: 1, Samples.two, rules: ["approval: {count: 2}"]) { fleet, databases in
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 2)
            #expect(result.messages.contains("production"))
            #expect(result.messages.contains("approval: required"))
            #expect(try await databases.states() == [DatabaseState("no table")])
            #expect(!fleet.exists(".pgfleet"))
        }
    }

    @Test func `a rollout that waits for one can be rolled back`() async throws {
        try await withApproval(Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 5)
            let back = try await fleet.run("rollout", "rollback", "--yes")
            #expect(back.code == 0, "\(back.everything)")
            #expect(try await databases.states() == [DatabaseState("none"), DatabaseState("no table")])
        }
    }
}
