import FleetModel
import Foundation
import Testing

@testable import Inventory

/// `host: [primary, standby]`.
@Suite("Lists of hosts") struct HostListTests {
    private func fleet(_ entry: String, _ more: String = "") throws -> Fleet {
        try Fleet(yaml: "fleet: f\n\(more)environments: {e: {targets: [\(entry)]}}")
    }

    private let pair = HostEndpoint(host: "a", port: 5432, others: [HostEndpoint(host: "b", port: 5433)])

    @Test(arguments: [
        "{host: [a, b], port: [5432, 5433], database: d}", "{host: \"a,b\", port: \"5432,5433\", database: d}",
        "{host: \"a, b\", port: [5432, 5433], database: d}",
    ])
    func `both ways of writing mean the same`(entry: String) async throws {
        let target = try #require(try fleet(entry).targets.first)
        #expect(target.target.endpoint == pair)
        #expect(target.target.id.rawValue == "e/a/d")
        let settings = try await target.access.resolved(with: SecretResolver())
        #expect(settings["host"] == "a,b")
        #expect(settings["port"] == "5432,5433")
        #expect(settings["target_session_attrs"] == "read-write")
        let text = "fleet: f\nenvironments: {e: {targets: [\(entry)]}}"
        let log = ProblemLog(file: "f")
        let node = try #require(YAMLComposer.compose(Array(text.utf8), limits: YAMLLimits(), log: log))
        #expect(try JSONSchema.load().problems(node) == [])
    }

    @Test func `one port serves all hosts, a name names the list, and the inventory's attribute wins`() async throws {
        let target = try #require(
            try fleet(
                "{name: pair, host: [a, b], database: d}",
                "defaults: {port: 6432, target_session_attrs: primary}\n"
            ).targets.first)
        #expect(target.target.endpoint.servers.map(\.port) == [6432, 6432])
        #expect(target.target.id.rawValue == "e/pair/d")
        #expect(try await target.access.resolved(with: SecretResolver())["target_session_attrs"] == "primary")
    }

    @Test func `a single host is as it was`() async throws {
        let target = try #require(try fleet("{host: a, database: d}").targets.first)
        #expect(target.target.endpoint == HostEndpoint(host: "a", port: 5432))
        #expect(try await target.access.resolved(with: SecretResolver())["target_session_attrs"] == nil)
    }

    @Test(arguments: [
        ("{host: [a, b], port: [1, 2, 3], database: d}", InventoryProblem.Kind.conflict),
        ("{host: a, port: [1, 2], database: d}", .conflict), ("{host: [a, a], database: d}", .duplicate),
        ("{host: [], database: d}", .missing), ("{host: \"a,,b\", database: d}", .invalid),
        ("{host: [\"a,b\", c], database: d}", .invalid), ("{host: [\"a:1\", b], database: d}", .invalid),
        ("{host: [a, b], port: \"1,x\", database: d}", .invalid),
        ("{host: [a, b], database: d}, {host: [b, c], database: d}", .duplicate),
    ])
    func `what cannot be meant is refused`(entry: String, kind: InventoryProblem.Kind) {
        let error = #expect(throws: InventoryError.self) { try fleet(entry) }
        #expect(error?.problems.map(\.kind) == [kind])
    }

    @Test(arguments: ["a", "b", "b:5433", "a:5432,b:5433"]) func `any of them selects the list`(host: String) throws {
        let fleet = try fleet("{host: [a, b], port: [5432, 5433], database: d}, {host: c, database: d}")
        let selector = try Selector(hosts: [host])
        try fleet.check(selector)
        #expect(fleet.targets.filter { selector.selects($0.target) }.map(\.target.endpoint) == [pair])
    }

    @Test func `a plan from before there were lists is read, and a single host is written as then`() throws {
        let old = #"{"host":"a","port":5432}"#
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let single = HostEndpoint(host: "a", port: 5432)
        #expect(try JSONDecoder().decode(HostEndpoint.self, from: Data(old.utf8)) == single)
        #expect(String(decoding: try encoder.encode(single), as: UTF8.self) == old)
        #expect(try JSONDecoder().decode(HostEndpoint.self, from: encoder.encode(pair)) == pair)
    }
}
