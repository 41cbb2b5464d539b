import FoundationEssentials
import Glibc
import LocalServers
import TestSupport
import Testing

@Suite("A store that cannot be used") struct StoreFaultTests {
    @Test func `because its folder cannot be made is 1, named, and nothing is begun`() async throws {
        try await withDatabases(1) { databases in
            try await withFleet { fleet in
                var text = FleetText(production: databases)
                text.store = "a-file/state.sqlite"
                try fleet.write(text, Samples.two)
                try fleet.write("a-file", "not a folder")
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 1)
                #expect(result.messages.contains("a-file"))
                #expect(try await databases.states() == [DatabaseState("no table")])
                try await expectStatus(of: databases, in: fleet)
            }
        }
    }

    /// Its databases can be looked at all the same, and the result is about them.
    private func expectStatus(of databases: [TestDatabase], in fleet: FleetDirectory) async throws {
        #expect(try await fleet.states() == [databases[0].name: "behind"])
        let status = try await fleet.run("status")
        #expect(status.code == 0, "\(status.everything)")
        try await databases[0].adopt(1, isDirty: true)
        #expect(try await fleet.run("status").code == 3)
    }

    @Test func `because it is something else is 1, and the file is left as it is`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            try fleet.write(".pgfleet/state.sqlite", String(repeating: "not a database. ", count: 100))
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 1)
            #expect(result.messages.contains(".pgfleet/state.sqlite"))
            #expect(try await databases.states() == [DatabaseState("no table")])
            try await expectStatus(of: databases, in: fleet)
            #expect(try fleet.storeBytes() == String(repeating: "not a database. ", count: 100))
        }
    }

    @Test(.enabled("only where file systems can be mounted") { await Disk.canMount })
    func `because its disk is read-only is 1, and nothing is begun`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            try await Disk.with(["ro"], at: fleet.path + "/.pgfleet") {
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 1, "\(result.everything)")
                #expect(result.messages.contains(".pgfleet/state.sqlite"))
                #expect(try await databases.states() == [DatabaseState("no table")])
                try await expectStatus(of: databases, in: fleet)
            }
        }
    }

    @Test(.enabled("only where file systems can be mounted") { await Disk.canMount })
    func `because its disk is full before anything is begun is 1, and nothing is begun`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            try await Disk.with(["size=64k"], at: fleet.path + "/.pgfleet") {
                Disk.fill(fleet.path + "/.pgfleet/filler")
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 1, "\(result.everything)")
                #expect(result.messages.contains("full") || result.messages.contains("space"), "\(result.messages)")
                #expect(try await databases.states() == [DatabaseState("no table")])
            }
        }
    }

    @Test(.enabled("only where file systems can be mounted") { await Disk.canMount })
    func `because its disk fills up begins nothing that is not recorded, is 1, and a resume goes on`() async throws {
        try await withFleet(of: 3, Samples.gated) { fleet, databases in
            try await Disk.with(["size=2m"], at: fleet.path + "/.pgfleet") {
                let rollout = try fleet.start("rollout", "--yes")
                try await databases[0].waitUntilBusy()
                Disk.fill(fleet.path + "/.pgfleet/filler")
                let paused = try await fleet.run("rollout", "pause")
                #expect(paused.code == 1, "\(paused.everything)")
                #expect(paused.messages.contains("disk is full"), "\(paused.messages)")
                for database in databases { try await database.openGate() }
                let result = try await rollout.wait()
                #expect(result.code == 1, "\(result.everything)")
                #expect(result.messages.contains("disk is full"), "\(result.messages)")
                #expect(result.messages.contains("pgfleet rollout resume"))
                let new = DatabaseState("1 clean", ["t1"])
                #expect(
                    try await databases.states() == [new, DatabaseState("no table"), DatabaseState("no table")])

                try fleet.remove(".pgfleet/filler")
                #expect(try await fleet.json("rollout", "show")["status"].string == "interrupted")
                let resumed = try await fleet.run("rollout", "resume", "--yes")
                #expect(resumed.code == 0, "\(resumed.everything)")
                #expect(try await databases.states() == [new, new, new])
                #expect(Set(try await fleet.accounts().values) == ["changed"])
            }
        }
    }

    /// While a gate bakes nothing is recorded, and it could be hours until it is over.
    @Test func `because its file is gone ends a gate that bakes, with the store's error`() async throws {
        try await withFleet(of: 2, Samples.two, rules: Self.baking) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await fleet.wait(for: "gate_started")
            try fleet.write("moved/.keep", "")
            try FileManager.default.moveItem(
                atPath: fleet.path + "/.pgfleet/state.sqlite", toPath: fleet.path + "/moved/state.sqlite")
            let result = try await rollout.wait()
            #expect(result.code == 1, "\(result.everything)")
            #expect(result.messages.contains("removed, moved or replaced"), "\(result.messages)")
            #expect(
                try await databases.states() == [
                    DatabaseState("2 clean", Samples.tables(2)), DatabaseState("no table"),
                ])
        }
    }

    @Test(.enabled("only where file systems can be mounted") { await Disk.canMount })
    func `because its disk fills up ends a gate that bakes, and a resume watches over it again`() async throws {
        try await withFleet(of: 2, Samples.two, rules: Self.baking) { fleet, databases in
            try await Disk.with(["size=2m"], at: fleet.path + "/.pgfleet") {
                let rollout = try fleet.start("rollout", "--yes")
                try await fleet.wait(for: "gate_started")
                Disk.fill(fleet.path + "/.pgfleet/filler")
                let result = try await rollout.wait()
                #expect(result.code == 1, "\(result.everything)")
                #expect(result.messages.contains("disk is full"), "\(result.messages)")
                try fleet.remove(".pgfleet/filler")
                #expect(try await fleet.json("rollout", "show")["status"].string == "interrupted")
                let resumed = try fleet.start("rollout", "resume", "--yes")
                try await fleet.wait(for: "gate_started", times: 2)
                #expect(try await fleet.run("rollout", "abort").code == 0)
                #expect(try await resumed.wait().code == 1)
                let none = DatabaseState("no table")
                #expect(try await databases.states() == [DatabaseState("2 clean", Samples.tables(2)), none])
            }
        }
    }

    private static let baking = [
        "on_failure: halt", "waves: [{name: canary, count: 1, bake: 10m}, {name: rest}]",
    ]
}
