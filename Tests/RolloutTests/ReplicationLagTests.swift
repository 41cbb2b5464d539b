import FleetModel
import Inventory
import TestSupport
import Testing

@testable import Rollout

@Suite("How far standbys are behind") struct ReplicationLagTests {
    private func target(_ server: TestServer, user: String = "postgres") throws -> FleetTarget {
        let fleet = try Fleet(
            yaml: """
                fleet: f
                defaults: {user: \(user)}
                environments: {e: {targets: [{host: 127.0.0.1, port: \(server.port), database: postgres}]}}
                """, file: "fleet.yaml")
        return try #require(fleet.targets.first)
    }

    private func objection(_ seconds: Double, _ target: FleetTarget) async throws -> TargetFailure? {
        try await ReplicationLag(limit: seconds, time: .seconds(30)).objection(on: target, SecretResolver())
    }

    @Test func `a server without standbys has none`() async throws {
        try await withServers(1) { servers in
            let found = try await objection(0, try target(servers[0]))
            #expect(found == nil)
        }
    }

    @Test func `a standby that replays nothing is named when it is further behind than is allowed`() async throws {
        try await withServers(1) { servers in
            let primary = servers[0]
            let target = try target(primary)
            try await withStandby(of: primary) { standby in
                try await primary.psql("CREATE TABLE t (id int)")
                let early = try await objection(3600, target)
                #expect(early == nil)

                try await standby.psql("SELECT pg_wal_replay_pause()")
                var found: TargetFailure?
                for _ in 0..<600 where found == nil {
                    try await primary.psql("INSERT INTO t VALUES (1)")
                    found = try await objection(0.3, target)
                }
                #expect(found?.kind == .probe)
                let tolerated = try await objection(3600, target)
                #expect(tolerated == nil)

                try await standby.psql("SELECT pg_wal_replay_resume()")
                var isBehind = true
                for _ in 0..<600 where isBehind {
                    try await primary.psql("INSERT INTO t VALUES (1)")
                    isBehind = try await objection(0.3, target) != nil
                }
                #expect(!isBehind)
            }
        }
    }

    @Test func `a role that may not see the standbys gets no yes`() async throws {
        try await withServers(1) { servers in
            let primary = servers[0]
            try await primary.psql("CREATE ROLE migrator LOGIN")
            try await withStandby(of: primary) { _ in
                let target = try target(primary, user: "migrator")
                await #expect(throws: TargetFailure.self) { _ = try await objection(3600, target) }
            }
        }
    }
}
