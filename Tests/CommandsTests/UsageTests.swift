import Testing

@Suite("Using the program") struct UsageTests {
    @Test(arguments: [["--help"], ["rollout", "--help"], ["migrate", "up", "--help"], ["--version"]])
    func `help and version are data and end well`(arguments: [String]) async throws {
        try await withFleet { fleet in
            let result = try await fleet.run(arguments)
            #expect(result.code == 0)
            #expect(!result.output.isEmpty)
            #expect(result.messages.isEmpty)
        }
    }

    @Test(arguments: [
        ["--no-such-flag"], ["no-such-command"], ["status", "--output", "xml"], ["rollout", "--to", "x1"],
        ["migrate", "up", "-1"], ["migrate", "down", "2", "--all"], ["migrate", "force", "latest"],
        ["migrate", "force", "-2"], ["migrate", "goto"], ["migrate", "goto", "-1x"], ["migrate", "up", "--path", "x"],
        ["migrate", "up", "--database", "pgx://h/d", "--env", "e"], ["migrate", "up", "--layout", "liquibase"],
        ["migrate", "create", "--seq", "--format", "unix", "x"], ["migrate", "create", "--tz", "Nowhere/Land", "x"],
        ["rollout", "list", "--limit", "0"],
    ])
    func `bad usage is told on standard error and is 2`(arguments: [String]) async throws {
        try await withFleet { fleet in
            let result = try await fleet.run(arguments)
            #expect(result.code == 2)
            #expect(result.output.isEmpty)
            #expect(!result.messages.isEmpty)
        }
    }

    @Test func `an inventory that is not there is 2 and says how to name another`() async throws {
        try await withFleet { fleet in
            let result = try await fleet.run("status")
            #expect(result.code == 2)
            #expect(result.messages.contains("fleet.yaml"))
            #expect(result.messages.contains("--config"))
        }
    }
}
