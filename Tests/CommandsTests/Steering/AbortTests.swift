import Glibc
import TestSupport
import Testing

@Suite("A rollout that is ended by its operator") struct AbortTests {
    private static let new = DatabaseState("1 clean", ["t1"])
    private static let none = DatabaseState("no table")

    /// Lends a rollout of three databases whose first one is done and whose second one is at work.
    private func withRunning(
        _ flags: String..., body: (FleetDirectory, [TestDatabase], RunningTool) async throws -> Void
    ) async throws {
        try await withFleet(of: 3, Samples.gated) { fleet, databases in
            try await databases[0].openGate()
            let rollout = try fleet.start("rollout", "--yes", flags.first ?? "--wait")
            try await databases[1].waitUntilBusy()
            try await body(fleet, databases, rollout)
        }
    }

    @Test func `by 'abort' keeps what was changed, and what is in flight finishes`() async throws {
        try await withRunning { fleet, databases, rollout in
            let aborted = try await fleet.run("rollout", "abort", "--reason", "enough")
            #expect(aborted.code == 0, "\(aborted.everything)")
            try await databases[1].openGate()
            let result = try await rollout.wait()
            #expect(result.code == 1, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.none])
            let again = try await fleet.run("rollout", "abort")
            #expect(again.code == 2, "\(again.everything)")
        }
    }

    @Test func `by 'abort --rollback' takes back what was changed, and what was in flight`() async throws {
        try await withRunning { fleet, databases, rollout in
            #expect(try await fleet.run("rollout", "abort", "--rollback").code == 0)
            try await databases[1].openGate()
            let result = try await rollout.wait()
            #expect(result.code == 6, "\(result.everything)")
            #expect(try await databases.states() == [DatabaseState("none"), DatabaseState("none"), Self.none])
            #expect(
                try await fleet.accounts() == [
                    databases[0].name: "rolled_back", databases[1].name: "rolled_back",
                    databases[2].name: "not_started",
                ])
        }
    }

    @Test(arguments: [false, true])
    func `by 'abort --cancel' cancels what is in flight on its server`(takesBack: Bool) async throws {
        try await withRunning { fleet, databases, rollout in
            let words = ["rollout", "abort", "--cancel"] + (takesBack ? ["--rollback"] : [])
            #expect(try await fleet.run(words).code == 0)
            let result = try await rollout.wait()
            #expect(result.code == (takesBack ? 6 : 1), "\(result.everything)")
            let states = try await databases.states()
            #expect(states.map(\.tables) == [takesBack ? [] : ["t1"], [], []])
            #expect(!states.contains { $0.version.contains("dirty") })
            #expect(try await fleet.accounts()[databases[1].name] == "not_started")
        }
    }

    @Test func `while it is paused does not wait for a resume`() async throws {
        try await withRunning { fleet, databases, rollout in
            #expect(try await fleet.run("rollout", "pause").code == 0)
            try await databases[1].openGate()
            try await fleet.wait(for: "target_finished", times: 2)
            #expect(try await fleet.run("rollout", "abort", "--rollback").code == 0)
            let result = try await rollout.wait()
            #expect(result.code == 6, "\(result.everything)")
            #expect(try await databases.states() == [DatabaseState("none"), DatabaseState("none"), Self.none])
        }
    }

    @Test func `after it was left is ended where the operator is`() async throws {
        try await withRunning { fleet, databases, rollout in
            rollout.signal(SIGKILL)
            #expect(try await rollout.wait().code == 137)
            try await databases[1].openGate()
            let aborted = try await fleet.run("rollout", "abort", "--rollback")
            #expect(aborted.code == 6, "\(aborted.everything)")
            #expect(try await databases.states().allSatisfy { $0.tables.isEmpty })
        }
    }

    @Test func `by a signal with '--rollback-on-interrupt' takes back what was changed, and is 130`() async throws {
        try await withRunning("--rollback-on-interrupt") { fleet, databases, rollout in
            rollout.signal(SIGINT)
            try await eventually("it is heard") { try rollout.messages().contains("halt") }
            try await databases[1].openGate()
            let result = try await rollout.wait()
            #expect(result.code == 130, "\(result.everything)")
            #expect(try await databases.states() == [DatabaseState("none"), DatabaseState("none"), Self.none])
            #expect(try await fleet.json("rollout", "show")["status"].string == "rolled_back")
        }
    }
}
