import FleetModel
import LocalServers
import Postgres
import TestSupport
import Testing

/// From nothing to a fleet and away again, as the README begins.
@Suite("A sandbox for a fleet of one's own") struct SandboxFleetTests {
    @Test func `goes up, takes a rollout, refuses one over a dirty database, and leaves nothing behind`() async throws {
        // A place among the tests that have servers of their own.
        try await withServers(0) { _ in
            try await withFleet { fleet in
                let ports = try (0..<2).map { _ in try #require(LoopbackPort.unused()) }
                try fleet.write(
                    "fleet.yaml",
                    """
                    fleet: shop
                    migrations: migrations
                    store: .pgfleet/state.sqlite
                    defaults: {user: shop_owner}
                    environments:
                      staging:
                        hosts: [{name: staging-1, host: 127.0.0.1, port: \(ports[0]), database: shop}]
                      production:
                        after: staging
                        waves: [{name: canary, count: 1}, {name: rest}]
                        hosts: [{name: eu-1, host: 127.0.0.1, port: \(ports[1]), databases: [shop_1, shop_2]}]
                    """)
                for (file, text) in Samples.two { try fleet.write("migrations/\(file)", text) }
                let outcome: Result<Void, any Error>
                do { outcome = .success(try await story(fleet)) } catch { outcome = .failure(error) }
                let down = try await fleet.run("sandbox", "down")
                #expect(down.code == 0, "\(down.everything)")
                try outcome.get()
                #expect(!fleet.exists(".pgfleet/sandbox/eu-1"))
                #expect(try await fleet.run("status").code == 1)
            }
        }
    }

    private func story(_ fleet: FleetDirectory) async throws {
        let up = try await fleet.run("sandbox", "up")
        #expect(up.code == 0, "\(up.everything)")
        let servers = try await fleet.json("sandbox", "status")["servers"].elements
        #expect(servers.map { $0["name"].string } == ["staging-1", "eu-1"])
        #expect(servers.allSatisfy { $0["state"].string == "running" && $0["process"].integer != nil })

        let rollout = try await fleet.run("rollout", "--yes")
        #expect(rollout.code == 0, "\(rollout.everything)")
        let status = try await fleet.run("status")
        #expect(status.code == 0)
        #expect(Set(try await fleet.states().values) == ["current"])

        // Made dirty by hand, as a crashed golang-migrate leaves it.
        let address = try #require(servers[1]["address"].string?.split(separator: ":").last.flatMap { Int($0) })
        let connection = try await Connection.open(
            ConnectionSettings(keywords: [
                "host": "127.0.0.1", "port": String(address), "user": "shop_owner", "dbname": "shop_2",
            ]), timeout: ConnectTimeout(.seconds(30)))
        _ = try await connection.run("UPDATE schema_migrations SET dirty = true")
        await connection.close()
        for (file, text) in Samples.table(3) { try fleet.write("migrations/\(file)", text) }
        let refused = try await fleet.run("rollout", "--yes")
        #expect(refused.code == 3)
        #expect(refused.messages.contains("production/eu-1/shop_2"))
        #expect(try await fleet.states() == ["shop": "behind", "shop_1": "behind", "shop_2": "dirty"])
        let versions = try await fleet.json("status")["targets"].elements.map { $0["version"].integer }
        #expect(versions == [2, 2, 2])
    }
}
