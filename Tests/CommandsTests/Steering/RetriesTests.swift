import TestSupport
import Testing

@Suite("Servers that go away in the middle of a rollout, with retries") struct RetriesTests {
    private static let new = DatabaseState("1 clean", ["t1"])
    private static let none = DatabaseState("no table")

    /// Lends a database of the shared server, which is the canary and waits for its gate, and two of a server that may
    /// die, which come after it.
    private func withMortal(
        rules: [String], _ body: (FleetDirectory, [TestDatabase], TestServer) async throws -> Void
    ) async throws {
        try await withServers(1) { servers in
            try await withDatabase { healthy in
                try await withFleet { fleet in
                    let mortal = [
                        try await servers[0].createDatabase("m1"), try await servers[0].createDatabase("m2"),
                    ]
                    let waves = ["waves: [{name: canary, count: 1}, {name: rest}]", "concurrency: 2", "per_host: 2"]
                    try fleet.write(FleetText(production: [healthy] + mortal, rules: rules + waves), Samples.gated)
                    try await body(fleet, [healthy] + mortal, servers[0])
                }
            }
        }
    }

    @Test func `one that is down when its wave comes is tried until it is there again`() async throws {
        try await withMortal(rules: ["retries: 100", "retry_delay: 100ms"]) { fleet, databases, server in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            for database in databases[1...] { try await database.openGate() }
            try await server.crash()
            try await databases[0].openGate()
            try await fleet.wait(for: "retries_awaited", times: 2)
            try await server.restart()
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.new])
            #expect(Set(try await fleet.accounts().values) == ["changed"])
        }
    }

    @Test func `one that is lost in the middle of a wave is gone on with when it is there again`() async throws {
        try await withMortal(rules: ["retries: 100", "retry_delay: 100ms"]) { fleet, databases, server in
            try await databases[0].openGate()
            let rollout = try fleet.start("rollout", "--yes")
            for database in databases[1...] { try await database.waitUntilBusy() }
            try await server.crash()
            try await fleet.wait(for: "retries_awaited")
            try await server.restart()
            for database in databases[1...] { try await database.openGate() }
            let result = try await rollout.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.new])
        }
    }

    @Test(arguments: [0, 1])
    func `a wave of which no target answers fails when the tries are spent, and the rest is taken back`(
        retries: Int
    ) async throws {
        try await withMortal(rules: ["retries: \(retries)", "retry_delay: 100ms"]) { fleet, databases, server in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            for database in databases[1...] { try await database.openGate() }
            try await server.crash()
            try await databases[0].openGate()
            let result = try await rollout.wait()
            #expect(result.code == 6, "\(result.everything)")
            #expect(try await databases[0].state() == DatabaseState("none"))
            #expect(
                try await fleet.accounts() == [databases[0].name: "rolled_back", "m1": "failed", "m2": "failed"])
            #expect(try await fleet.events().count { $0 == "wave_repeated" } == retries)

            // When it is back, nothing of the rollout is found there.
            try await server.restart()
            #expect(try await Array(databases[1...]).states() == [Self.none, Self.none])
        }
    }

    @Test func `one that is lost in the middle of a wave, without retries, leaves what it has to be found out`()
        async throws
    {
        try await withMortal(rules: ["on_failure: halt"]) { fleet, databases, server in
            try await databases[0].openGate()
            let rollout = try fleet.start("rollout", "--yes")
            for database in databases[1...] { try await database.waitUntilBusy() }
            try await server.crash()
            let result = try await rollout.wait()
            #expect(result.code == 1, "\(result.everything)")
            #expect(
                try await fleet.accounts() == [databases[0].name: "changed", "m1": "failed", "m2": "failed"])

            let early = try await fleet.run("rollout", "resume")
            #expect(early.code == 1, "\(early.everything)")
            try await server.restart()
            for database in databases[1...] { try await database.openGate() }
            let resumed = try await fleet.run("rollout", "resume")
            #expect(resumed.code == 0, "\(resumed.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.new])
        }
    }
}
