import TestSupport
import Testing

@Suite("A rollout that is paused from elsewhere") struct PauseTests {
    private static let new = DatabaseState("1 clean", ["t1"])
    private static let none = DatabaseState("no table")

    private func status(_ fleet: FleetDirectory) async throws -> String? {
        try await fleet.json("rollout", "show")["status"].string
    }

    @Test func `in a wave lets the target at work finish and starts no other one until it is resumed`() async throws {
        try await withFleet(of: 2, Samples.gated) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            let paused = try await fleet.run("rollout", "pause", "--reason", "lunch")
            #expect(paused.code == 0, "\(paused.everything)")
            #expect(try await status(fleet) == "paused")
            for database in databases { try await database.openGate() }
            // What comes of it would be announced in the same commit.
            try await fleet.wait(for: "target_finished")
            #expect(try await fleet.events().count { $0 == "target_started" } == 1)
            #expect(try await databases.states() == [Self.new, Self.none])
            let resumed = try await fleet.run("rollout", "resume")
            #expect(resumed.code == 0, "\(resumed.everything)")
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new])
        }
    }

    @Test func `at a gate holds the next wave and lets the gate go on`() async throws {
        let gate = "gates: {opened: {sql: \"SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'gate')\", "
        let rules = ["waves: [{name: canary, count: 1, \(gate)interval: 100ms, failure_limit: 1000}}}, {name: rest}]"]
        try await withFleet(of: 2, Samples.table(1), rules: rules) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await fleet.wait(for: "gate_started")
            #expect(try await fleet.run("rollout", "pause").code == 0)
            try await databases[0].openGate()
            try await fleet.wait(for: "gate_finished")
            #expect(try await fleet.events().count { $0 == "wave_started" } == 1)
            #expect(try await databases.states() == [Self.new, Self.none])
            #expect(try await fleet.run("rollout", "resume").code == 0)
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new])
        }
    }

    @Test func `on its way back takes nothing more back until it is resumed`() async throws {
        try await withFleet(of: 3, Samples.gatedBack) { fleet, databases in
            try await databases[2].psql("CREATE TABLE t1 ()")
            let rollout = try fleet.start("rollout", "--yes")
            // The newest change goes back first.
            try await databases[1].waitUntilBusy()
            #expect(try await fleet.run("rollout", "pause").code == 0)
            for database in databases { try await database.psql("CREATE TABLE back ()") }
            try await fleet.wait(for: "revert_finished")
            #expect(try await fleet.events().count { $0 == "revert_started" } == 1)
            #expect(try await databases[1].state() == DatabaseState("none"))
            #expect(try await databases[0].state() == DatabaseState("1 clean", ["t1", "back"]))
            #expect(try await fleet.run("rollout", "resume").code == 0)
            let result = try await rollout.wait()
            #expect(result.code == 6, "\(result.everything)")
            #expect(try await databases[0].state() == DatabaseState("none"))
        }
    }

    @Test func `by one operator while another one resumes it heeds them in their order and hangs nowhere`() async throws
    {
        try await withFleet(of: 2, Samples.gated) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            for _ in 0..<5 {
                async let pause = fleet.run(as: "ann", "rollout", "pause")
                async let resume = fleet.run(as: "bob", "rollout", "resume")
                #expect(try await pause.code == 0)
                // Where it was not paused yet, bob is told that a process works on it.
                #expect([0, 1].contains(try await resume.code))
            }
            #expect(try await fleet.run(as: "ann", "rollout", "pause").code == 0)
            #expect(try await status(fleet) == "paused")
            #expect(try await fleet.run(as: "bob", "rollout", "resume").code == 0)
            #expect(try await status(fleet) == "running")
            for database in databases { try await database.openGate() }
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")

            let asked = try await fleet.json("rollout", "show")["events"].elements.filter {
                $0["event"].string == "asked"
            }.map { $0["request"] }
            #expect(asked.compactMap { $0["number"].integer } == Array(1...max(1, asked.count)))
            #expect(asked.count { $0["by"]["user"].string == "ann" } == 6)
            #expect(asked.last?["by"]["user"].string == "bob")
        }
    }
}
