import FleetModel
import Testing

@testable import Inventory

@Suite("Selectors") struct SelectorTests {
    let fleet: Fleet

    init() throws {
        fleet = try Fleet(
            yaml: """
                fleet: shop
                environments:
                  staging:
                    hosts: [{name: s1, host: 10.0.0.1, database: shop}]
                  production:
                    after: staging
                    hosts:
                      - {name: eu-1, host: 10.0.0.2, port: 6432, databases: [a, b], labels: {region: eu, tier: canary}}
                      - {name: eu-2, host: 10.0.0.3, databases: [a], labels: {region: eu, tier: rest}}
                      - {name: us-1, host: 10.0.0.4, discover: select 1, labels: {region: us, tier: rest}}
                """)
    }

    func ids(_ selector: Selector) -> [String] {
        fleet.targets.map(\.target).filter(selector.selects).map(\.id.rawValue)
    }

    @Test func `nothing typed selects everything`() throws {
        #expect(ids(.all) == ["staging/s1/shop", "production/eu-1/a", "production/eu-1/b", "production/eu-2/a"])
        #expect(try Selector().isAll)
    }

    @Test func `several values of one kind widen, different kinds narrow`() throws {
        #expect(ids(try Selector(hosts: ["s1", "eu-2"])) == ["staging/s1/shop", "production/eu-2/a"])
        #expect(ids(try Selector(environments: ["production"], targets: ["*/a"])).count == 2)
        #expect(ids(try Selector(labels: ["tier=canary", "tier=rest"])).count == 3)
        #expect(ids(try Selector(labels: ["tier=canary", "region=eu"])) == ["production/eu-1/a", "production/eu-1/b"])
        #expect(ids(try Selector(environments: ["staging"], labels: ["tier=canary"])).isEmpty)
    }

    @Test(arguments: ["eu-1", "10.0.0.2", "10.0.0.2:6432", "eu-?", "*.2"])
    func `a host is known by its name, its address, or a pattern`(pattern: String) throws {
        #expect(ids(try Selector(hosts: [pattern])).contains("production/eu-1/a"))
    }

    @Test func `only hosts that can have a selected target are asked`() throws {
        let asked = { (selector: Selector) in fleet.discoveries(for: selector).map(\.hostName) }
        #expect(asked(.all) == ["us-1"])
        #expect(asked(try Selector(environments: ["staging"])).isEmpty)
        #expect(asked(try Selector(targets: ["production/us-1/tenant_7"])) == ["us-1"])
        #expect(asked(try Selector(targets: ["production/u*"])) == ["us-1"])
        #expect(asked(try Selector(targets: ["*/tenant_7"])) == ["us-1"])
        #expect(asked(try Selector(targets: ["production/eu-1/*"])).isEmpty)
        #expect(asked(try Selector(targets: ["production"])).isEmpty)
        #expect(asked(try Selector(labels: ["region=eu"])).isEmpty)
    }

    @Test func `an unknown name is refused with the nearest one`() throws {
        let environment = #expect(throws: SelectionError.self) {
            try fleet.check(Selector(environments: ["prodcution"]))
        }
        #expect(
            environment?.description == "--env prodcution: the fleet has no such environment; did you mean production?")
        let other = #expect(throws: SelectionError.self) { try fleet.check(Selector(environments: ["x"])) }
        #expect(other?.description == "--env x: the fleet has no such environment; it has staging, production")
        let host = #expect(throws: SelectionError.self) { try fleet.check(Selector(hosts: ["us-11"])) }
        #expect(host?.description == "--host us-11: no host of the fleet fits; did you mean us-1?")
        let label = #expect(throws: SelectionError.self) { try Selector(labels: ["canary"]) }
        #expect(label == .malformedLabel("canary"))
    }

    @Test func `what was found is merged once, in the order of a rollout`() throws {
        let discovery = try #require(fleet.environments.last?.discoveries.first)
        let found = try discovery.targets(from: [["t1"], ["t2"], ["t1"]])
        let selection = try fleet.selection(.all, found: [(discovery, .found(found)), (discovery, .found(found))])
        #expect(
            selection.targets.map(\.target.id.rawValue).suffix(3) == [
                "production/eu-2/a", "production/us-1/t1", "production/us-1/t2",
            ])
        #expect(selection.targets.last?.target.labels == ["region": "us", "tier": "rest"])
    }

    @Test func `a selection without a target is an error, unless a host could not be asked`() throws {
        let selector = try Selector(targets: ["*/nothing"])
        let error = #expect(throws: SelectionError.self) { try fleet.selection(selector, found: []) }
        #expect(error == .nothingSelected(targets: 4))
        let discovery = try #require(fleet.environments.last?.discoveries.first)
        let failure = TargetFailure(kind: .unreachable, message: "no answer")
        let selection = try fleet.selection(selector, found: [(discovery, .failed(failure))])
        #expect(selection.targets.isEmpty)
        #expect(selection.problems.map(\.hostName) == ["us-1"])
    }

    @Test(arguments: [
        ("*", "", true), ("", "", true), ("", "a", false), ("a*b", "ab", true), ("a*b", "a/x/b", true),
        ("a*b*c", "aXbXbc", true), ("a?c", "abc", true), ("a?c", "ac", false), ("*a", "aaab", false), ("**", "x", true),
        ("[a]", "a", false), ("[a]", "[a]", true),
    ])
    func `a pattern fits whole names`(pattern: String, name: String, fits: Bool) {
        #expect(GlobPattern(pattern).matches(name) == fits)
    }

    @Test func `a hostile pattern takes no time`() {
        let pattern = GlobPattern(String(repeating: "*a", count: 2000) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 4000)))
    }
}
