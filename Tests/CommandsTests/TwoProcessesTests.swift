import Glibc
import TestSupport
import Testing

@Suite("Two processes at once") struct TwoProcessesTests {
    @Test(arguments: [["rollout", "resume", "--yes"], ["rollout", "rollback", "--yes"], ["rollout", "--yes"]])
    func `a second one is refused, names the first, and harms nothing`(command: [String]) async throws {
        try await withFleet(of: 2, Samples.gated) { fleet, databases in
            let first = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            let second = try await fleet.run(command)
            #expect(second.code == 1, "\(second.everything)")
            #expect(second.messages.contains("process \(first.process)"), "\(second.messages)")
            // Nothing of the rollout is told by who may not work on it.
            #expect(!second.messages.contains("Rollout "), "\(second.messages)")
            #expect(try await fleet.json("rollout", "show")["status"].string == "running")
            for database in databases { try await database.openGate() }
            let result = try await first.wait()
            #expect(result.code == 0, "\(result.everything)")
            let new = DatabaseState("1 clean", ["t1"])
            #expect(try await databases.states() == [new, new])
        }
    }

    @Test func `work on one target while a rollout is at it waits for the lock and finds the work done`() async throws {
        try await withFleet(of: 1, Samples.slow(1, seconds: 1)) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            let migrate = try await fleet.run("migrate", "up")
            #expect(migrate.code == 0, "\(migrate.everything)")
            #expect(try await rollout.wait().code == 0)
            #expect(try await databases[0].state() == DatabaseState("1 clean", ["t1"]))
        }
    }
}
