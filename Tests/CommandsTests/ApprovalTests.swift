import TestSupport
import Testing

@Suite("Approvals") struct ApprovalTests {
    private func withApproval(
        _ migrations: [String: String], _ rule: String = "{allow_requester: true}",
        _ body: (FleetDirectory, [TestDatabase]) async throws -> Void
    ) async throws {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                let text = FleetText([
                    .init(name: "staging", databases: [databases[0]]),
                    .init(
                        name: "production", databases: [databases[1]], rules: ["after: staging", "approval: \(rule)"]),
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
                events.filter { $0["event"].string == "approved" }.map { $0["scope"].string } == ["production"])
            #expect(events.filter { $0["event"].string == "ended" }.count == 1)
        }
    }

    @Test func `are not given by who started the rollout, unless the inventory says so`() async throws {
        try await withApproval(Samples.two, "required") { fleet, databases in
            let own = try await fleet.run(
                "rollout", "--yes", "--approve", "production", environment: ["PGFLEET_OPERATOR": "ann"])
            #expect(own.code == 2, "\(own.everything)")
            #expect(try await databases.states() == [DatabaseState("no table"), DatabaseState("no table")])

            #expect(try await fleet.run("rollout", "--yes", environment: ["PGFLEET_OPERATOR": "ann"]).code == 5)
            let refused = try await fleet.run("rollout", "approve", environment: ["PGFLEET_OPERATOR": "ann"])
            #expect(refused.code == 1, "\(refused.everything)")
            #expect(refused.messages.contains("someone else"))
            let given = try await fleet.run(
                "rollout", "approve", "--reason", "tables are small", environment: ["PGFLEET_OPERATOR": "bob"])
            #expect(given.code == 0, "\(given.everything)")
            #expect(given.output.contains("rollout resume"))
            let twice = try await fleet.run("rollout", "approve", environment: ["PGFLEET_OPERATOR": "bob"])
            #expect(twice.code == 2, "\(twice.everything)")
            let resumed = try await fleet.run("rollout", "resume", environment: ["PGFLEET_OPERATOR": "ann"])
            #expect(resumed.code == 0, "\(resumed.everything)")
            let new = DatabaseState("2 clean", Samples.tables(2))
            #expect(try await databases.states() == [new, new])
            let asked = try await fleet.json("rollout", "show")["events"].elements.filter {
                $0["event"].string == "asked"
            }
            #expect(asked.map { $0["request"]["by"]["user"].string } == ["bob"])
            #expect(asked.map { $0["request"]["reason"].string } == ["tables are small"])
        }
    }

    @Test func `of several people from a list are awaited by the process, which goes on with the last one`()
        async throws
    {
        try await withApproval(Samples.two, "{count: 2, from: [bob, carol]}") { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes", "--wait", environment: ["PGFLEET_OPERATOR": "ann"])
            try await eventually("it waits") { try rollout.messages().contains("waits for an approval") }
            let stranger = try await fleet.run("rollout", "approve", environment: ["PGFLEET_OPERATOR": "mallory"])
            #expect(stranger.code == 1, "\(stranger.everything)")
            #expect(stranger.messages.contains("bob, carol"))
            #expect(try await fleet.run("rollout", "approve", environment: ["PGFLEET_OPERATOR": "bob"]).code == 0)
            #expect(try await databases[1].state() == DatabaseState("no table"))
            #expect(try await fleet.run("rollout", "approve", environment: ["PGFLEET_OPERATOR": "carol"]).code == 0)
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases[1].state() == DatabaseState("2 clean", Samples.tables(2)))
        }
    }

    @Test func `that are refused end the rollout, and take back what they are told to`() async throws {
        try await withApproval(Samples.two, "required") { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes", "--wait", environment: ["PGFLEET_OPERATOR": "ann"])
            try await eventually("it waits") { try rollout.messages().contains("waits for an approval") }
            let rejected = try await fleet.run(
                "rollout", "reject", "--rollback", "--reason", "not today", environment: ["PGFLEET_OPERATOR": "bob"])
            #expect(rejected.code == 0, "\(rejected.everything)")
            let result = try await rollout.wait()
            #expect(result.code == 6, "\(result.everything)")
            #expect(result.messages.contains("not today"))
            #expect(try await databases.states() == [DatabaseState("none"), DatabaseState("no table")])
        }
    }

    @Test(arguments: ["reject", "abort"])
    func `that were left waiting end with nothing more begun, when the rollout is ended`(command: String) async throws {
        try await withApproval(Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 5)
            let ended = try await fleet.run("rollout", command)
            #expect(ended.code == 1, "\(ended.everything)")
            #expect(
                try await databases.states() == [
                    DatabaseState("2 clean", Samples.tables(2)), DatabaseState("no table"),
                ])
            #expect(try await fleet.json("rollout", "show")["status"].string == "failed")
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
