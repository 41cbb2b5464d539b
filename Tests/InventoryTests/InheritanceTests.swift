import FleetModel
import Testing

@testable import Inventory

@Suite("Settings, hosts and targets") struct InheritanceTests {
    func fleet(_ yaml: String) throws -> Fleet { try Fleet(yaml: yaml, file: "/srv/fleet.yaml") }

    @Test func `a target overrides its host, which overrides its environment, which overrides the defaults`() throws {
        let fleet = try fleet(
            """
            fleet: shop
            migrations: sql
            defaults: {user: d, application_name: d, passfile: d, options: d, timeouts: {lock: 1s, connect: 1s}}
            environments:
              production:
                application_name: e
                passfile: e
                options: e
                migrations: ../other
                labels: {a: e, b: e, c: e}
                hosts:
                  - {name: h, host: 10.0.0.1, port: 6432, passfile: h, options: h, labels: {b: h, c: h}, timeouts: {lock: 2s}}
                targets:
                  - {host: h, database: x, options: t, labels: {c: t}, timeouts: {statement: 0}, migrations_table: v}
            """)
        let target = try #require(fleet.targets.first)
        #expect(fleet.targets.count == 1)
        #expect(target.target.id.rawValue == "production/h/x")
        #expect(target.target.endpoint == HostEndpoint(host: "10.0.0.1", port: 6432))
        #expect(target.target.labels == ["a": "e", "b": "h", "c": "t"])
        #expect(
            target.access.keywords.compactMapValues(\.literal) == [
                "user": "d", "application_name": "e", "passfile": "h", "options": "t",
            ])
        #expect(target.access.connectTimeout == ConnectTimeout(.seconds(1)))
        #expect(target.access.rules.lockTimeout == LockTimeout(.seconds(2)))
        #expect(target.access.rules.statementTimeout == StatementTimeout(.zero))
        #expect(target.access.migrations == "/other")
        #expect(target.access.rules.versionTable == "v")
        #expect(fleet.migrations == "/srv/sql")
    }

    @Test func `what nobody says has a default`() throws {
        let fleet = try fleet("fleet: f\nenvironments: {e: {targets: [{host: h, database: d}]}}")
        let environment = try #require(fleet.environments.first)
        #expect(environment.concurrency == 16)
        #expect(environment.perHost == 2)
        #expect(environment.policy.maxFailures == .count(0))
        #expect(environment.policy.onFailure == .rollback)
        #expect(environment.policy.approval == nil)
        #expect(environment.waves == WaveRule.standard)
        #expect(fleet.store == .sqlite("/srv/.pgfleet/state.sqlite"))
        let access = try #require(environment.targets.first?.access)
        #expect(access.migrations == "/srv/migrations")
        #expect(access.endpoint.port == 5432)
        #expect(access.rules.lockRetry == .standard)
        #expect(access.keywords.isEmpty)
    }

    @Test func `databases and schemas multiply, and ranges keep their zeros`() throws {
        let fleet = try fleet(
            """
            fleet: f
            environments:
              e:
                hosts:
                  - {name: a, host: h1, databases: "tenant_{008..011}"}
                  - {name: b, host: h2, databases: [x, "y{9..10}z"], schemas: [s1, s2]}
                  - {name: c, host: h3, database: w, schema: s}
            """)
        #expect(
            fleet.targets.map(\.target.id.rawValue) == [
                "e/a/tenant_008", "e/a/tenant_009", "e/a/tenant_010", "e/a/tenant_011", "e/b/x/s1", "e/b/x/s2",
                "e/b/y9z/s1", "e/b/y9z/s2", "e/b/y10z/s1", "e/b/y10z/s2", "e/c/w/s",
            ])
        #expect(fleet.targets.last?.access.schema == "s")
    }

    @Test func `a name that is not given is the address, with its port unless that is the usual one`() throws {
        let fleet = try fleet(
            """
            fleet: f
            defaults: {database: d, host: h0}
            environments:
              e: {targets: [{host: h1}, {host: h1, port: 6432}, {host: "::1", port: 1}, {database: x}]}
            """)
        #expect(fleet.targets.map(\.target.hostName) == ["h1", "h1:6432", "[::1]:1", "h0"])
    }

    @Test func `a host that targets refer to needs no database of its own, and can have one`() throws {
        let fleet = try fleet(
            """
            fleet: f
            defaults: {database: d}
            environments:
              e:
                hosts: [{name: a, host: h1}, {name: b, host: h2, database: own}, {name: c, host: h3}]
                targets: [{host: a, databases: [x, y]}, {host: b, database: z}]
            """)
        #expect(fleet.targets.map(\.target.id.rawValue) == ["e/b/own", "e/c/d", "e/a/x", "e/a/y", "e/b/z"])
    }

    @Test func `what is not enabled is checked but left out`() throws {
        let fleet = try fleet(
            """
            fleet: f
            environments:
              e:
                hosts: [{name: a, host: h1, enabled: false}, {name: b, host: h2, database: x}]
                targets: [{host: a, database: x}, {host: b, database: y, enabled: false}]
            """)
        #expect(fleet.targets.map(\.target.id.rawValue) == ["e/b/x"])
    }

    @Test func `a slash in a name cannot make two targets look alike`() throws {
        let fleet = try fleet(
            "fleet: f\nenvironments: {e: {hosts: [{name: h, host: a, databases: [x/y, 5%]}, {host: b, database: x, schema: y}]}}"
        )
        #expect(fleet.targets.map(\.target.id.rawValue) == ["e/h/x%2Fy", "e/h/5%25", "e/b/x/y"])
        #expect(fleet.targets.first?.access.database == "x/y")
    }

    @Test func `a keyword without effect is a warning`() throws {
        let fleet = try fleet("fleet: f\nenvironments: {e: {connect_timeout: 3, targets: [{host: a, database: b}]}}")
        #expect(fleet.warnings.map(\.message) == ["this has no effect; write `timeouts: {connect: 5s}`"])
    }

    @Test func `a host that is probably misspelt is a warning`() throws {
        let fleet = try fleet(
            "fleet: f\nenvironments: {e: {hosts: [{name: eu-1, host: a, database: x}], targets: [{host: eu1, database: x}]}}"
        )
        #expect(fleet.warnings.map(\.message) == ["no host of this environment has this name; did you mean `eu-1`?"])
    }

    @Test func `one list of settings serves several places by merge keys`() throws {
        let fleet = try fleet(
            """
            fleet: f
            x-common: &common {user: u, port: 6432, sslmode: require}
            environments:
              e: {<<: *common, targets: [{host: a, database: x}, {<<: *common, user: v, host: b, database: x}]}
            """)
        #expect(fleet.targets.map { $0.access.keywords["user"]?.literal } == ["u", "v"])
        #expect(fleet.targets.map(\.target.endpoint.port) == [6432, 6432])
    }

    @Test func `discovered rows are databases, or databases and schemas`() throws {
        let fleet = try fleet(
            """
            fleet: f
            environments:
              e:
                user: u
                hosts: [{name: a, host: h, database: main, schema: app, labels: {k: v}, discover: select 1}]
            """)
        let discovery = try #require(fleet.environments.first?.discoveries.first)
        #expect(discovery.access.database == "main")
        let targets = try discovery.targets(from: [["t1"], ["t2", "s"], ["t1"]])
        #expect(targets.map(\.target.id.rawValue) == ["e/a/t1/app", "e/a/t2/s"])
        #expect(targets.first?.access.database == "t1")
        #expect(targets.first?.access.keywords["user"]?.literal == "u")
        #expect(targets.first?.target.labels == ["k": "v"])
        for rows in [[["a", "b", "c"]], [[nil]], [[""]], [[]], [["a\u{1b}[2J"]]] as [[[String?]]] {
            #expect(throws: Discovery.Failure.self) { try discovery.targets(from: rows) }
        }
    }

    @Test func `environments are ordered by after and otherwise as in the file`() throws {
        let targets = "targets: [{host: h, database: %}]"
        let environments = [("d", "after: [b, c]"), ("a", ""), ("c", "after: a"), ("b", "after: a"), ("e", "")]
        let body = environments.map { name, after in
            "  \(name): {\(after.isEmpty ? "" : after + ", ")\(targets.replacing("%", with: name))}\n"
        }
        let fleet = try fleet("fleet: f\nenvironments:\n" + body.joined())
        #expect(fleet.environments.map(\.name) == ["a", "b", "c", "d", "e"])
    }

    @Test func `an approval can ask for several people`() throws {
        let fleet = try fleet(
            """
            fleet: f
            environments:
              a: {approval: {count: 2, from: [ann, bob]}, targets: [{host: h, database: a}]}
              b: {approval: none, targets: [{host: h, database: b}]}
            """)
        #expect(fleet.environments.map(\.policy.approval) == [ApprovalRule(count: 2, from: ["ann", "bob"]), nil])
    }
}
