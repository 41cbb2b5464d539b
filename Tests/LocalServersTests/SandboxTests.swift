import FleetModel
import Glibc
import TestSupport
import Testing

@testable import LocalServers

@Suite("A sandbox")
struct SandboxTests {
    private typealias Entry = (host: String, endpoint: HostEndpoint, database: SandboxPlan.Database)

    private func entry(_ host: String, _ port: Int, _ database: String, owner: String = "pgfleet") -> Entry {
        (host, HostEndpoint(host: "127.0.0.1", port: port), SandboxPlan.Database(name: database, owner: owner))
    }

    private func withSandbox(_ body: (Sandbox, String) async throws -> Void) async throws {
        try await withServers(0) { _ in
            try await withTemporaryDirectory { directory in
                let sandbox = try await Sandbox(directory: directory + "/.pgfleet/sandbox", elsewhere: directory)
                do {
                    try await body(sandbox, directory)
                } catch {
                    _ = try await sandbox.down()
                    throw error
                }
                _ = try await sandbox.down()
                #expect(access(directory + "/.pgfleet/sandbox", F_OK) != 0)
            }
        }
    }

    private func ports(_ count: Int) throws -> [Int] {
        try (0..<count).map { _ in try #require(LoopbackPort.unused()) }
    }

    @Test func `up makes a server for each endpoint, with its databases and their owners, and a second up keeps them`()
        async throws
    {
        try await withSandbox { sandbox, _ in
            let ports = try ports(2)
            let plan = try SandboxPlan([
                entry("eu-1", ports[0], "shop_eu_1"), entry("eu-1", ports[0], "shop \"eu\" '2'", owner: "o'neil"),
                entry("us-1", ports[1], "shop_us_1"),
            ])
            let first = try await sandbox.up(plan)
            #expect(first.map(\.name) == ["eu-1", "us-1"])
            #expect(first.map(\.change) == [.created, .created])
            #expect(first[0].databases == ["shop_eu_1", "shop \"eu\" '2'"])
            #expect(first.allSatisfy { $0.missingDatabases.isEmpty })
            let second = try await sandbox.up(plan)
            #expect(second.map(\.change) == [.none, .none])
            #expect(second.map(\.state) == first.map(\.state))
            #expect(try await sandbox.status(plan) == second)
        }
    }

    @Test func `up starts a killed server again and adds what the fleet file has new`() async throws {
        try await withSandbox { sandbox, _ in
            let port = try ports(1)[0]
            let before = try await sandbox.up(try SandboxPlan([entry("eu-1", port, "one")]))
            guard case .running(let pid) = before[0].state else {
                Issue.record("not running: \(before)")
                return
            }
            kill(pid, SIGQUIT)
            let plan = try SandboxPlan([entry("eu-1", port, "one"), entry("eu-1", port, "two")])
            while try await sandbox.status(plan)[0].state != .stopped {}
            let after = try await sandbox.up(plan)
            #expect(after[0].change == .started)
            #expect(after[0].databases == ["one", "two"])
        }
    }

    @Test func `up moves a server whose port the fleet file has changed`() async throws {
        try await withSandbox { sandbox, _ in
            let ports = try ports(2)
            _ = try await sandbox.up(try SandboxPlan([entry("eu-1", ports[0], "one")]))
            let moved = try await sandbox.up(try SandboxPlan([entry("eu-1", ports[1], "one")]))
            #expect(moved[0].change == .restarted)
            #expect(moved[0].databases == ["one"])
        }
    }

    @Test func `down keeps the data if asked to`() async throws {
        try await withSandbox { sandbox, _ in
            let plan = try SandboxPlan([entry("eu-1", try ports(1)[0], "one")])
            _ = try await sandbox.up(plan)
            #expect(try await sandbox.down(keepData: true).map(\.change) == [.stopped])
            #expect(try await sandbox.status(plan).map(\.state) == [.stopped])
            #expect(try await sandbox.up(plan).map(\.change) == [.started])
        }
    }

    @Test func `down also ends servers that the fleet file no longer names`() async throws {
        try await withSandbox { sandbox, _ in
            let ports = try ports(2)
            _ = try await sandbox.up(try SandboxPlan([entry("old-1", ports[0], "one")]))
            let plan = try SandboxPlan([entry("new-1", ports[1], "one")])
            #expect(try await sandbox.status(plan).map(\.name) == ["new-1", "old-1"])
            _ = try await sandbox.up(plan)
            #expect(try await sandbox.down().map(\.name) == ["new-1", "old-1"])
            #expect(try await sandbox.status(plan).map(\.state) == [.absent])
        }
    }

    @Test func `a server that cannot start is reported and does not stop the others`() async throws {
        try await withDatabase { database in
            try await withSandbox { sandbox, _ in
                let plan = try SandboxPlan([
                    entry("taken", database.server.port, "one"), entry("fine", try ports(1)[0], "two"),
                ])
                let reports = try await sandbox.up(plan)
                guard case .failed(let error) = reports[0].state else {
                    Issue.record("not failed: \(reports)")
                    return
                }
                #expect(error.reason == .portInUse(database.server.port))
                #expect(reports[1].databases == ["two"])
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root runs servers as another account"))
    func `data go elsewhere where the servers' account cannot enter the checkout, and down removes both`() async throws
    {
        try await withTemporaryDirectory { directory in
            let home = directory + "/home"
            mkdir(home, 0o700)
            let sandbox = try await Sandbox(directory: home + "/.pgfleet/sandbox", elsewhere: directory)
            let plan = try SandboxPlan([entry("eu-1", try ports(1)[0], "one")])
            #expect(try await sandbox.up(plan)[0].databases == ["one"])
            #expect(try await sandbox.up(plan)[0].change == .none)
            let elsewhere = try #require(sandbox.directory.existing())
            #expect(elsewhere.hasPrefix(directory + "/pgfleet-sandbox-"))
            _ = try await sandbox.down()
            #expect(access(elsewhere, F_OK) != 0)
            #expect(access(home + "/.pgfleet/sandbox", F_OK) != 0)
        }
    }

    @Test func `two that change the same sandbox do not meet`() async throws {
        try await withSandbox { sandbox, _ in
            let plan = try SandboxPlan([entry("eu-1", try ports(1)[0], "one")])
            let root = try sandbox.directory.prepared(for: sandbox.account)
            try await sandbox.withLock(on: root) {
                _ = await #expect(throws: LocalServerError(.sandboxBusy, directory: root)) {
                    try await sandbox.up(plan)
                }
            }
        }
    }

    @Test func `a host that is not on loopback is refused by name`() {
        let remote = HostEndpoint(host: "db.example", port: 5432)
        #expect(throws: LocalServerError(.notLoopback(host: "db.example"))) {
            try SandboxPlan([entry("eu-1", 6433, "one"), ("far", remote, .init(name: "one", owner: "pgfleet"))])
        }
    }

    @Test func `hosts that share a name get folders of their own, and one spelled in two ways is one server`() throws {
        let plan = try SandboxPlan([
            entry("db", 6001, "one"), entry("db", 6002, "two"), entry("a/b", 6003, "three"),
            ("again", HostEndpoint(host: "localhost", port: 6001), .init(name: "four", owner: "pgfleet")),
        ])
        #expect(plan.servers.map(\.name) == ["db", "db-6002", "a-b"])
        #expect(plan.servers[0].databases.map(\.name) == ["one", "four"])
    }
}
