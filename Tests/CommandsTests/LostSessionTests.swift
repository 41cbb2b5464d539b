import Glibc
import TestSupport
import Testing

@Suite("A session that lost its client and goes on") struct LostSessionTests {
    @Test func `is told by status and plan for as long as it is at work, and keeps nothing from being planned`()
        async throws
    {
        try await withFleet(of: 2, Samples.gated, rules: ["concurrency: 2"]) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            for database in databases { try await database.waitUntilBusy() }
            rollout.signal(SIGKILL)
            _ = try await rollout.wait()
            try await databases[1].openGate()
            try await eventually("the end of the second target's session") {
                try await databases[1].state().version == "1 clean"
            }

            let rows = try await fleet.json("status")["targets"].elements
            let id = try #require(try await fleet.json("rollout", "list")["rollouts"].elements.first?["rollout"].string)
            #expect(rows.map { $0["at_work"]["application"] } == [.string("pgfleet/\(id)/1"), .null])
            #expect(rows[0]["at_work"]["process"].integer ?? 0 > 0)
            #expect(rows[0]["at_work"]["state"] == .string("active"))
            #expect(rows[0]["state"] == .string("behind"))
            let status = try await fleet.run("status")
            #expect(status.code == 0, "\(status.everything)")
            #expect(status.output.contains("pgfleet/\(id)/1"), "\(status.output)")

            let plan = try await fleet.run("plan", "--output", "json")
            #expect(plan.code == 0, "\(plan.everything)")
            let busy = try plan.document()["at_work"].elements
            #expect(busy.map { $0["target"] } == [.string(databases[0].target())])
            #expect(busy.first?["session"]["application"] == .string("pgfleet/\(id)/1"))
            #expect(try await fleet.run("plan").output.contains("pgfleet/\(id)/1"))

            try await databases[0].openGate()
            try await eventually("the end of the first target's session") {
                try await fleet.json("status")["targets"].elements[0]["at_work"] == .null
            }
            #expect(try await fleet.states() == [databases[0].name: "current", databases[1].name: "current"])
        }
    }
}
