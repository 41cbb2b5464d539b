import TestSupport
import Testing

@Suite("Targets that a rollout leaves out") struct LeftOutTests {
    @Test func `are named with the reason: disabled, skipped until a day, drained by a label`() async throws {
        try await withDatabases(3) { databases in
            try await withFleet { fleet in
                var text = FleetText(production: [databases[0], databases[1]], rules: ["drain: {rack: r7}"])
                text.environments[0].labels[databases[1].name] = "rack: r7"
                try fleet.write(text, Samples.two)
                let more = [
                    "      - {host: 127.0.0.1, port: \(databases[2].server.port), database: \(databases[2].name), "
                        + "skip_until: 2999-01-01}",
                    "      - {host: 127.0.0.1, port: 1, database: gone, enabled: false}",
                ]
                try fleet.write("fleet.yaml", text.yaml + more.joined(separator: "\n") + "\n")
                let plan = try await fleet.json("plan")
                let reasons = plan["plan"]["left_out"].elements.compactMap { $0["reason"].string }.sorted()
                #expect(reasons == ["disabled", "drained (rack=r7)", "skipped until 2999-01-01"])
                let shown = try await fleet.run("plan")
                #expect(shown.output.contains("left out, disabled: production/127.0.0.1:1/gone"))
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 0, "\(result.everything)")
                let states = try await databases.states()
                #expect(
                    states == [
                        DatabaseState("2 clean", Samples.tables(2)), DatabaseState("no table"),
                        DatabaseState("no table"),
                    ])
            }
        }
    }

    @Test func `are those that cannot be reached, where the operator lets that pass, and the next rollout has them`()
        async throws
    {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                var text = FleetText(production: databases)
                text.environments[0].ports[databases[1].name] = 1
                try fleet.write(text, Samples.two)
                #expect(try await fleet.run("rollout", "--yes").code == 1)
                #expect(try await databases[0].state() == DatabaseState("no table"))
                let result = try await fleet.run("rollout", "--yes", "--allow", "unreachable")
                #expect(result.code == 0, "\(result.everything)")
                #expect(result.messages.contains("127.0.0.1:1/\(databases[1].name)"))
                let new = DatabaseState("2 clean", Samples.tables(2))
                #expect(try await databases.states() == [new, DatabaseState("no table")])
                text.environments[0].ports = [:]
                try fleet.write(text, [:])
                #expect(try await fleet.run("rollout", "--yes").code == 0)
                #expect(try await databases.states() == [new, new])
            }
        }
    }
}
