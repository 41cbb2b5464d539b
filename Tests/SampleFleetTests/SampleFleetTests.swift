import FleetModel
import Foundation
import Inventory
import LocalServers
import Testing

@Suite("The sample fleet")
struct SampleFleetTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @Test func `has staging on one host, and production on three with a canary`() async throws {
        let fleet = try await Fleet.load(Self.root + "/fleet.yaml")
        #expect(fleet.warnings.isEmpty)
        #expect(fleet.environments.map(\.name) == ["staging", "production"])
        let production = try #require(fleet.environments.last)
        #expect(production.after == ["staging"])
        #expect(production.policy.onFailure == .rollback)
        let waves = WaveRule.waves(of: production.targets.map(\.target), by: production.waves)
        #expect(waves.map(\.rule.name) == ["canary", "early", "rest"])
        #expect(waves.map { $0.targets.map(\.database) }.first == ["shop_eu_1"])
        #expect(waves.map(\.targets.count) == [1, 2, 3])
    }

    @Test func `can be run as a sandbox`() async throws {
        let fleet = try await Fleet.load(Self.root + "/fleet.yaml")
        let plan = try SandboxPlan(
            fleet.targets.map { target in
                (
                    host: target.target.hostName, endpoint: target.target.endpoint,
                    database: SandboxPlan.Database(name: target.target.database, owner: "pgfleet")
                )
            })
        #expect(plan.servers.map(\.name) == ["staging-1", "eu-1", "us-1", "ap-1"])
        #expect(plan.servers.map(\.databases.count) == [1, 2, 2, 2])
        #expect(Set(plan.servers.map(\.endpoint.port)) == [6432, 6433, 6434, 6435])
    }
}
