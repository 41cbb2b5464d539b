import TestSupport
import Testing

/// What stands around targets: hooks, numbers from before a wave, gates, approvals. Two tenants are enough for that.
@Suite("Killed at any commit of its store, with approvals, hooks and gates") struct ApprovedCommitTests {
    private static let width = 4

    /// Each hook leaves a line, so that one that was not done at all shows.
    private static let environments = """
        staging:
          waves: [{name: all}]
          targets: [{host: server, schema: s1}]
        production:
          after: staging
          approval: required
          waves:
            - name: canary
              count: 1
              hooks: {before: [{command: "echo wave >> hooks"}]}
              gates:
                small: {sql: "SELECT count(*) < 10 FROM pg_namespace WHERE nspname = 'never'"}
                steady: {sql: "SELECT 1", max_increase: 0}
            - name: rest
          hooks:
            before: [{command: "echo before >> hooks"}, {sql: "SELECT 1", on: "production/127.0.0.1:PORT/DATABASE/p1"}]
            after: [{command: "echo after >> hooks"}]
          targets:
            - {host: server, schemas: [p1, p2], hooks: {before: [{command: "echo target >> hooks"}]}}
        """

    /// Lends a rollout that waits for its approval.
    private func withWaiting<Value>(
        _ database: TestDatabase, _ body: (FleetDirectory, TenantFleet) async throws -> Value
    ) async throws -> Value {
        try await withFleet { directory in
            let environments = Self.environments
                .replacing("PORT", with: String(database.server.port)).replacing("DATABASE", with: database.name)
                .replacing(">> hooks", with: ">> \(directory.path)/hooks")
            let fleet = try await TenantFleet(
                directory, database, environments: environments, Samples.two)
            let waiting = try await directory.run("rollout", "--yes", environment: ["PGFLEET_OPERATOR": "ann"])
            #expect(waiting.code == 5, "\(waiting.everything)")
            return try await body(directory, fleet)
        }
    }

    private static func approve(
        _ directory: FleetDirectory, _ environment: [String: String] = [:]
    ) async throws -> ToolResult {
        try await directory.run("rollout", "approve", environment: ["PGFLEET_OPERATOR": "bob"] + environment)
    }

    /// What has to be there in the end.
    private static func expectEnd(_ directory: FleetDirectory, _ fleet: TenantFleet, _ what: String) async throws {
        let show = try await directory.json("rollout", "show")
        let end = try await fleet.end(show)
        #expect(end.status == "succeeded", "\(what)")
        #expect(end.accounts == ["s1": "changed", "p1": "changed", "p2": "changed"], "\(what)")
        let new = DatabaseState("2 clean", Samples.tables(2))
        #expect(end.schemas.filter { $0.value == new }.keys.sorted() == ["p1", "p2", "s1"], "\(what)")
        let events = show["events"].elements
        #expect(events.compactMap { $0["sequence"].integer } == Array(1...max(1, events.count)), "\(what)")
        #expect(events.count { $0["event"].string == "asked" } == 1, "\(what)")
        let hooks = Set(try directory.read("hooks").split(separator: "\n").map(String.init))
        #expect(hooks == ["before", "wave", "target", "after"], "\(what)")
        let passed = events.count {
            $0["event"].string == "gate_finished" && $0["failure"] == .null
        }
        #expect(passed == 1, "\(what)")
    }

    @Test func `the approval is there or not, and counts once`() async throws {
        try await withDatabases(1) { databases in
            let commits = try await StoreDeaths.enumerate(width: 1) { death, place in
                try await withWaiting(databases[place]) { directory, fleet in
                    let killed = try await Self.approve(directory, death.environment)
                    #expect([0, 137].contains(killed.code), "\(death): \(killed.everything)")
                    // Said once more: the first one counts, or this one does.
                    let again = try await Self.approve(directory)
                    #expect([0, 2].contains(again.code), "\(death): \(again.everything)")
                    let resumed = try await directory.run("rollout", "resume")
                    #expect(resumed.code == 0, "\(death): \(resumed.everything)")
                    try await Self.expectEnd(directory, fleet, "\(death)")
                    return killed.code == 137
                }
            }
            #expect(commits >= 1)
        }
    }

    @Test func `the rest of the rollout ends as if it had not been`() async throws {
        try await withDatabases(Self.width) { databases in
            let commits = try await StoreDeaths.enumerate(width: Self.width) { death, place in
                try await withWaiting(databases[place]) { directory, fleet in
                    #expect(try await Self.approve(directory).code == 0)
                    let killed = try await directory.run("rollout", "resume", environment: death.environment)
                    #expect([0, 137].contains(killed.code), "\(death): \(killed.everything)")
                    if try await directory.json("rollout", "show")["status"].string != "succeeded" {
                        let resumed = try await directory.run("rollout", "resume")
                        #expect(resumed.code == 0, "\(death): \(resumed.everything)")
                    }
                    try await Self.expectEnd(directory, fleet, "\(death)")
                    return killed.code == 137
                }
            }
            // Hooks, numbers, the gate, two targets: each is announced before it is done.
            #expect(commits >= 15, "\(commits) commits")
        }
    }
}
