import TestSupport
import Testing

@Suite("Targets at work when another one fails") struct InFlightTests {
    private static let new = DatabaseState("1 clean", ["t1"])
    private static let rules = ["concurrency: 2", "per_host: 2", "on_failure: halt"]

    @Test func `finish, unless the inventory says otherwise`() async throws {
        try await withFleet(of: 2, Samples.gatedOrBad, rules: Self.rules) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            for database in databases { try await database.waitUntilBusy() }
            try await databases[0].psql("CREATE TABLE bad ()")
            try await fleet.wait(for: "halted")
            try await databases[1].openGate()
            let result = try await rollout.wait()
            #expect(result.code == 1, "\(result.everything)")
            #expect(try await databases[1].state() == Self.new)
        }
    }

    @Test func `are cancelled on their servers with 'in_flight: cancel', and are no failures`() async throws {
        try await withFleet(of: 2, Samples.gatedOrBad, rules: Self.rules + ["in_flight: cancel"]) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            for database in databases { try await database.waitUntilBusy() }
            try await databases[0].psql("CREATE TABLE bad ()")
            let result = try await rollout.wait()
            #expect(result.code == 1, "\(result.everything)")
            #expect(try await databases[1].state().tables == [])
            #expect(
                try await fleet.accounts() == [databases[0].name: "failed", databases[1].name: "not_started"])
        }
    }

    @Test func `do not begin their migrations any more with 'in_flight: cancel' when a hook of theirs was at work`()
        async throws
    {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                let text = FleetText(production: databases, rules: Self.rules + ["in_flight: cancel"])
                try fleet.write(text, Samples.gatedOrBad)
                let hook = "while [ ! -e \(fleet.path)/go ]; do sleep 0.05; done"
                try fleet.write(
                    "fleet.yaml",
                    text.yaml.replacing(
                        "database: \(databases[1].name)}",
                        with: "database: \(databases[1].name), hooks: {before: [{command: \"\(hook)\"}]}}"))
                try await databases[1].openGate()
                let rollout = try fleet.start("rollout", "--yes")
                try await databases[0].waitUntilBusy()
                try await databases[0].psql("CREATE TABLE bad ()")
                try await fleet.wait(for: "halted")
                try fleet.write("go", "")
                let result = try await rollout.wait()
                #expect(result.code == 1, "\(result.everything)")
                #expect(try await databases[1].state() == DatabaseState("no table"))
                #expect(
                    try await fleet.accounts() == [databases[0].name: "failed", databases[1].name: "not_started"])
            }
        }
    }
}
