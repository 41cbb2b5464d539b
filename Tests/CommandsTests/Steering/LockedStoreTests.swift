import Glibc
import TestSupport
import Testing

/// Another process writes to the store and does not come to an end.
@Suite("A store that another process keeps locked") struct LockedStoreTests {
    private static let new = DatabaseState("1 clean", ["t1"])

    /// SQLite's lock for writing in WAL mode, taken as another connection would take it: byte 120 of the file beside.
    /// Source: SQLite, "WAL-mode File Format", 2.3.1.
    private final class WriteLock {
        private let descriptor: Int32

        init(_ fleet: FleetDirectory) async throws {
            let descriptor = open(fleet.path + "/.pgfleet/state.sqlite-shm", O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { throw ToolError("the store has no -shm file") }
            self.descriptor = descriptor
            try await eventually("the lock") {
                var lock = flock(
                    l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 120, l_len: 1, l_pid: 0)
                return fcntl(descriptor, F_SETLK, &lock) == 0
            }
        }

        deinit { close(descriptor) }
    }

    @Test func `for longer than it waits stops the rollout, and a resume has lost nothing`() async throws {
        try await withFleet(of: 3, Samples.gated) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            do {
                let lock = try await WriteLock(fleet)
                for database in databases { try await database.openGate() }
                async let pause = fleet.run("rollout", "pause")
                let result = try await rollout.wait()
                #expect(result.code == 1, "\(result.everything)")
                #expect(result.messages.contains("locked"))
                #expect(result.messages.contains("rollout resume"))
                let paused = try await pause
                #expect(paused.code == 1, "\(paused.everything)")
                #expect(paused.messages.contains("locked"))
                withExtendedLifetime(lock) {}
            }
            // Only what was announced was done.
            let none = DatabaseState("no table")
            #expect(try await databases.states() == [Self.new, none, none])
            let resumed = try await fleet.run("rollout", "resume", "--yes")
            #expect(resumed.code == 0, "\(resumed.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.new])
            let events = try await fleet.json("rollout", "show")["events"].elements
            #expect(events.compactMap { $0["sequence"].integer } == Array(1...max(1, events.count)))
            #expect(!events.contains { $0["event"].string == "asked" })
        }
    }

    @Test func `for a moment is waited for`() async throws {
        try await withFleet(of: 2, Samples.gated) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            do {
                let lock = try await WriteLock(fleet)
                for database in databases { try await database.openGate() }
                try await eventually("the first one is done") {
                    try await databases[0].state() == Self.new
                }
                withExtendedLifetime(lock) {}
            }
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new])
        }
    }
}
