import TestSupport
import Testing

@Suite("Order and limits on real servers") struct OrderTests {
    /// A migration that records when it began and ended, and takes a moment.
    private static let files = [
        "1_ran.up.sql": """
        CREATE TABLE ran (began timestamptz, ended timestamptz);
        INSERT INTO ran VALUES (clock_timestamp());
        SELECT pg_sleep(0.3);
        UPDATE ran SET ended = clock_timestamp();
        """,
        "1_ran.down.sql": "DROP TABLE ran;\n",
    ]

    /// When a database's migration ran, in seconds.
    private struct Span: Sendable {
        let database: String
        let began, ended: Double
    }

    private func spans(_ databases: [TestDatabase]) async throws -> [Span] {
        var spans: [Span] = []
        for database in databases {
            let text = try await database.psql("SELECT extract(epoch FROM began), extract(epoch FROM ended) FROM ran")
            let numbers = text.split(separator: "|").compactMap { Double($0) }
            spans.append(Span(database: database.name, began: try #require(numbers.first), ended: numbers[1]))
        }
        return spans
    }

    private func mostAtOnce(_ spans: [Span]) -> Int {
        spans.map { span in spans.count { $0.began <= span.began && span.began < $0.ended } }.max() ?? 0
    }

    private func expectOrder(
        _ all: [Span], staging: String, canary: String, oneHost one: [String]
    ) throws {
        let staged = try #require(all.first { $0.database == staging })
        let first = try #require(all.first { $0.database == canary })
        let rest = all.filter { $0.database != staging && $0.database != canary }
        #expect(staged.ended <= first.began)
        #expect(rest.map(\.began).min() ?? 0 >= first.ended)
        // At the limits, but not above: seven databases, of which two are on the second host.
        let here = rest.filter { one.contains($0.database) }
        #expect(mostAtOnce(rest) == 3)
        #expect(mostAtOnce(here) == 2)
        // Targets start in the order of the inventory.
        let order = here.sorted { $0.began < $1.began }.map(\.database)
        #expect(Set(order.prefix(2)) == Set(here.prefix(2).map(\.database)))
    }

    @Test func `environments and waves follow each other, the canary runs alone, and no limit is exceeded`()
        async throws
    {
        try await withDatabases(9) { databases in
            try await withFleet { fleet in
                let staging = databases[0]
                let production = Array(databases.dropFirst())
                // One server under two names is two hosts for pgfleet.
                let one = production.prefix(6).map(\.name)
                let other = production.suffix(2).map(\.name)
                let canary = production[3]
                try fleet.write(
                    FleetText([
                        .init(name: "staging", databases: [staging]),
                        .init(
                            name: "production", databases: production,
                            rules: [
                                "after: staging", "concurrency: 3", "per_host: 2",
                                "waves: [{name: canary, match: {tier: canary}}, {name: rest}]",
                            ], labels: [canary.name: "tier: canary"],
                            hosts: Dictionary(uniqueKeysWithValues: other.map { ($0, "localhost") })),
                    ]), Self.files)
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 0, "\(result.everything)")
                let spans = try await spans(databases)
                try expectOrder(spans, staging: staging.name, canary: canary.name, oneHost: one)
            }
        }
    }

    @Test func `a plan shows the order in which the rollout then works`() async throws {
        try await withFleet(
            of: 3, Samples.two, rules: ["waves: [{name: first, count: 1}, {name: rest}]"]
        ) { fleet, databases in
            let plan = try await fleet.json("plan")
            let planned = plan["plan"]["environments"].elements.flatMap { environment in
                environment["waves"].elements.flatMap { $0["targets"].elements.map { $0["target"]["id"] } }
            }
            let dry = try await fleet.json("rollout", "--dry-run")
            #expect(dry == plan)
            #expect(try await databases.states() == Array(repeating: DatabaseState("no table"), count: 3))
            #expect(!fleet.exists(".pgfleet"))
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let started = try await fleet.json("rollout", "show")["events"].elements.filter {
                $0["event"].string == "target_started"
            }.map { $0["target"] }
            #expect(started == planned)
        }
    }

    @Test func `the limits that a file asks for are in the plan and are kept`() async throws {
        var files = Self.files
        files["1_ran.up.sql"] = "-- pgfleet: concurrency=1 delay=10ms\n" + (files["1_ran.up.sql"] ?? "")
        try await withFleet(of: 3, files, rules: ["concurrency: 3", "per_host: 3", "on_failure: halt"]) {
            fleet, databases in
            let plan = try await fleet.run("plan")
            #expect(plan.output.contains("1 ran: at most 1 at once, 10 ms apart"), "\(plan.output)")
            let wave = try await fleet.json("plan")["plan"]["environments"].elements.first?["waves"].elements.first
            let step = wave?["targets"].elements.first?["route"]["steps"].elements.first
            #expect(
                step?["limits"]
                    == .object(["concurrency": .number(1), "delay_seconds": .number(0.01), "is_alone": .bool(false)]))
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 0, "\(result.everything)")
            #expect(mostAtOnce(try await spans(databases)) == 1)
        }
    }
}
