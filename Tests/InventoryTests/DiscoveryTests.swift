import FleetModel
import TestSupport
import Testing

@testable import Inventory

@Suite("Discovery on a real server") struct DiscoveryTests {
    func fleet(_ server: TestServer, database: String, discover: String, more: String = "") throws -> Fleet {
        try Fleet(
            yaml: """
                fleet: f
                defaults: {user: postgres, sslmode: disable, timeouts: {connect: 30s}}
                environments:
                  e:
                    hosts:
                      - {name: h, host: \(server.host), port: \(server.port), database: \(database), discover: "\(discover)"}
                \(more)
                """)
    }

    @Test func `each row is a target, and what the file names itself is not found twice`() async throws {
        try await withDatabase { database in
            try await database.psql("create schema t_1; create schema t_2; create schema other")
            let query = "select current_database(), nspname from pg_namespace where nspname like 't\\\\_%' order by 2"
            let named = """
                      - {host: \(database.server.host), port: \(database.server.port), name: own, database: \(database.name),
                         schema: t_2, labels: {by: hand}}
                """
            let fleet = try fleet(database.server, database: database.name, discover: query, more: named)
            let selection = try await fleet.targets(selecting: .all, resolver: SecretResolver(environment: [:]))
            #expect(selection.problems.isEmpty)
            #expect(
                selection.targets.map(\.target.id.rawValue) == [
                    "e/own/\(database.name)/t_2", "e/h/\(database.name)/t_1",
                ])
            #expect(selection.targets.first?.target.labels == ["by": "hand"])
        }
    }

    @Test func `the targets of a plan are found again although their host is down`() throws {
        let fleet = try Fleet(
            yaml: """
                fleet: f
                defaults: {user: postgres}
                environments:
                  e:
                    hosts: [{name: h, host: 127.0.0.1, port: 1, discover: "select 1"}]
                    targets: [{name: n, host: 127.0.0.1, port: 2, database: a}]
                """)
        func target(_ host: String, _ database: String, _ schema: String? = nil) -> Target {
            Target(
                environment: "e", endpoint: HostEndpoint(host: "127.0.0.1", port: 1), hostName: host,
                database: database, schema: schema, labels: [:])
        }
        let planned = [
            target("h", "c/d"), target("n", "a"), target("h", "b", "s"), target("n", "gone"), target("gone", "x"),
        ]
        let found = fleet.targets(planned: planned)
        #expect(found.map(\.target.id.rawValue) == ["e/n/a", "e/h/b/s", "e/h/c%2Fd"])
        #expect(found.map(\.access.database) == ["a", "b", "c/d"])
    }

    @Test(arguments: ["create table x as select 'a' as b", "select lo_create(0)::text"])
    func `the query changes nothing`(query: String) async throws {
        try await withDatabase { database in
            let fleet = try fleet(database.server, database: database.name, discover: query)
            _ = try await fleet.targets(selecting: .all, resolver: SecretResolver(environment: [:]))
            #expect(try await database.psql("select count(*) from pg_largeobject_metadata") == "0")
            #expect(try await database.psql("select to_regclass('x') is null") == "t")
        }
    }

    @Test func `a query that the server refuses is a problem with its code`() async throws {
        try await withDatabase { database in
            let fleet = try fleet(database.server, database: database.name, discover: "select nothing")
            let selection = try await fleet.targets(selecting: .all, resolver: SecretResolver(environment: [:]))
            #expect(selection.problems.first?.failure.kind == .sql)
            #expect(selection.problems.first?.failure.sqlState == "42703")
        }
    }

    @Test func `a database that is not there is told apart`() async throws {
        try await withDatabase { database in
            let fleet = try fleet(database.server, database: "no_such_database", discover: "select 1")
            let selection = try await fleet.targets(selecting: .all, resolver: SecretResolver(environment: [:]))
            #expect(selection.problems.first?.failure.kind == .unknownDatabase)
        }
    }

    @Test func `what the data say is no part of a failure`() async throws {
        try await withDatabase { database in
            let fleet = try fleet(database.server, database: database.name, discover: "select cast('hunter2' as int)")
            let selection = try await fleet.targets(selecting: .all, resolver: SecretResolver(environment: [:]))
            let failure = try #require(selection.problems.first?.failure)
            #expect(failure.sqlState == "22P02")
            #expect(!failure.message.contains("hunter2"))
        }
    }

    @Test func `a host that cannot be asked is a problem beside the targets that are known`() async throws {
        let fleet = try Fleet(
            yaml: """
                fleet: f
                environments:
                  e:
                    hosts:
                      - {name: dead, host: 127.0.0.1, port: 1, discover: select 1}
                      - {name: secret, host: 127.0.0.1, port: 1, password: "${env:NOPE}", discover: select 1}
                      - {name: known, host: 127.0.0.1, port: 1, database: d}
                """, file: "fleet.yaml")
        let resolver = SecretResolver(environment: [:])
        let selection = try await fleet.targets(selecting: .all, resolver: resolver)
        #expect(selection.targets.map(\.target.id.rawValue) == ["e/known/d"])
        #expect(selection.problems.map(\.hostName) == ["dead", "secret"])
        #expect(selection.problems.map(\.failure.kind) == [.unreachable, .configuration])
        #expect(selection.problems.first?.place.line == 5)
        let known = try await fleet.targets(selecting: Selector(hosts: ["known"]), resolver: resolver)
        #expect(known.problems.isEmpty)
    }

    @Test func `rows that name no target are a problem`() async throws {
        try await withDatabase { database in
            let fleet = try fleet(database.server, database: database.name, discover: "select null")
            let selection = try await fleet.targets(selecting: .all, resolver: SecretResolver(environment: [:]))
            #expect(selection.problems.first?.failure.kind == .configuration)
        }
    }
}
