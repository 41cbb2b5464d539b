import FleetModel
import Inventory
import Testing

@testable import Rollout

@Suite("Who are neighbours") struct NeighboursTests {
    private func targets(_ lines: [String]) throws -> [FleetTarget] {
        try Fleet(
            yaml: """
                fleet: f
                defaults: {user: u}
                environments:
                  e:
                    targets:
                \(lines.map { "      - {\($0)}" }.joined(separator: "\n"))
                """, file: "fleet.yaml"
        ).targets
    }

    private func sizes(_ targets: [FleetTarget], asked: Set<TargetID>? = nil) -> [Int] {
        Neighbours(targets).units(of: targets, asked: asked).map(\.count)
    }

    @Test func `schemas of one database are, up to a limit of how many at once`() throws {
        let all = try targets(["host: h, database: d, schemas: [\"s{1..600}\"]"])
        #expect(sizes(all) == [250, 250, 100])
        #expect(sizes(all, asked: Set(all.prefix(3).map(\.target.id))) == [3])
    }

    @Test(arguments: [
        "host: h, database: other, schema: s", "host: i, database: d, schema: s",
        "host: h, port: 5433, database: d, schema: s", "host: h, database: d, schema: s, user: v",
        "host: h, database: d, schema: s, password: p", "host: h, database: d, schema: s, options: -c work_mem=1MB",
        "host: h, database: d, schema: s, timeouts: {lock: 9s}", "host: h, database: d, schema: s, set_role: r",
        "host: h, database: d, schema: s, timeouts: {connect: 9s}", "host: h, database: d, schema: s, sslmode: require",
        "host: h, database: d, schema: s, migrations: elsewhere", "host: h, database: d, schema: s, history: false",
        "host: h, database: d, schema: s, migrations_table: v", "host: h, database: d",
    ])
    func `whoever differs in more than the schema is none`(other: String) throws {
        #expect(sizes(try targets(["host: h, database: d, schemas: [a, b]", other])) == [2, 1])
        let two = try targets(["host: h, database: d, schema: a", other])
        for target in two { #expect(Neighbours(two).group(of: target.target.id) == nil) }
    }
}
