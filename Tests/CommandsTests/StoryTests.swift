import TestSupport
import Testing

/// From staging to production: an approval, a bake, a canary that is not well, the way back, and the corrected version.
@Suite("A story from staging to production") struct StoryTests {
    private static let gate = """
        waves: [{name: canary, match: {tier: canary}, bake: 1s, gates: {totals: {interval: 200ms, \
        sql: "select coalesce(bool_and(total = net + tax), true) from orders"}}}, {name: rest}]
        """

    private static func tax(_ expression: String) -> [String: String] {
        [
            "2_tax.up.sql":
                "ALTER TABLE orders ADD tax int DEFAULT 0;\nUPDATE orders SET \(expression) WHERE total > 0;\n",
            "2_tax.down.sql": "ALTER TABLE orders DROP tax;\n",
        ]
    }

    private static let orders = [
        "1_orders.up.sql": "CREATE TABLE orders (total int, net int);\nINSERT INTO orders VALUES (119, 100);\n",
        "1_orders.down.sql": "DROP TABLE orders;\n",
    ]

    @Test func `a canary that is not well turns the rollout back, and the corrected version goes through`() async throws
    {
        try await withDatabases(4) { databases in
            try await withFleet { fleet in
                var text = FleetText([
                    .init(name: "staging", databases: [databases[0]]),
                    .init(
                        name: "production", databases: Array(databases[1...]),
                        rules: [
                            "after: staging", "require: {versions: passed}", "approval: required",
                            "waves: [{name: all}]",
                        ]),
                ])
                text.environments[1].labels[databases[2].name] = "tier: canary"
                // Version 1 everywhere, with an approval and before there is a gate that asks for what it does not have.
                try fleet.write(text, Self.orders)
                try await approved(fleet, ends: 0)
                #expect(try await databases.states().map(\.version) == Array(repeating: "1 clean", count: 4))

                text.environments[1].rules[3] = Self.gate
                try fleet.write(text, Self.tax("tax = 20"))
                try await approved(fleet, ends: 6)
                #expect(try await databases.states().map(\.version) == Array(repeating: "1 clean", count: 4))
                let accounts = try await fleet.accounts()
                #expect(accounts[databases[0].name] == "rolled_back")
                #expect(accounts[databases[2].name] == "rolled_back")
                #expect(accounts[databases[1].name] == "not_started")
                let story = try await fleet.json("rollout", "show")
                let events = story["events"].elements.compactMap { $0["event"].string }
                #expect(events.contains("asked"))
                #expect(
                    events.filter { ["gate_finished", "halted", "rollback_started", "ended"].contains($0) }.suffix(3)
                        == [
                            "halted", "rollback_started", "ended",
                        ])

                try fleet.write(text, Self.tax("tax = 19"))
                try await approved(fleet, ends: 0)
                #expect(try await databases.states().map(\.version) == Array(repeating: "2 clean", count: 4))
                #expect(try await databases[3].psql("SELECT tax FROM orders") == "19")
            }
        }
    }

    /// Starts a rollout as one person, approves it as another, and goes on with it.
    private func approved(_ fleet: FleetDirectory, ends code: Int32) async throws {
        let waiting = try await fleet.run("rollout", "--yes", environment: ["PGFLEET_OPERATOR": "ann"])
        #expect(waiting.code == 5, "\(waiting.everything)")
        let yes = try await fleet.run("rollout", "approve", environment: ["PGFLEET_OPERATOR": "bob"])
        #expect(yes.code == 0, "\(yes.everything)")
        let result = try await fleet.run("rollout", "resume", environment: ["PGFLEET_OPERATOR": "ann"])
        #expect(result.code == code, "\(result.everything)")
    }
}
