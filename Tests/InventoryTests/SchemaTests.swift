import FleetModel
import Foundation
import Postgres
import Testing

@testable import Inventory

@Suite("The JSON Schema for editors and the manual") struct SchemaTests {
    let schema: JSONSchema

    init() throws { schema = try JSONSchema.load() }

    static let levels: [(String, Set<String>)] = [
        ("", Set(FleetKey.names)), ("$defs/defaults", Settings.keys),
        ("$defs/environment", Settings.keys.union(EnvironmentKey.names)),
        ("$defs/entry", Settings.keys.union(EntryKey.names)), ("$defs/timeouts", Set(TimeoutKey.names)),
        ("$defs/lock_retry", Set(LockRetryKey.names)),
        ("$defs/damage_guard/anyOf/1", Set(DamageGuardKey.names)),
        ("$defs/long_transactions/anyOf/1", Set(LongTransactionsKey.names)), ("$defs/wave", Set(WaveKey.names)),
        ("$defs/gate", Set(GateKey.names)), ("$defs/prometheus", Set(PrometheusKey.names)),
        ("$defs/hooks", Set(HooksKey.names)), ("$defs/hook", Set(HookKey.names)),
        ("$defs/require", Set(RequireKey.names)), ("$defs/window", Set(WindowKey.names)),
        ("$defs/freeze", Set(FreezeKey.names)), ("$defs/approval", Set(ApprovalKey.names)),
        ("$defs/schedule", Set(ScheduleKey.names)), ("$defs/check", Set(CheckKey.names)),
        ("$defs/scratch", Set(ScratchKey.names)), ("$defs/scratch_server", ScratchServerKey.all),
        ("$defs/alert", Set(AlertKey.names)),
    ]

    @Test(arguments: levels) func `the schema has the keys that are read, and no others`(
        path: String, keys: Set<String>
    ) {
        #expect(Set(schema.properties(path).keys) == keys)
        #expect(schema.definition(path)["additionalProperties"] as? Bool == false)
    }

    @Test func `every key has a description`() {
        for (path, _) in Self.levels {
            for (key, value) in schema.properties(path) {
                var property = value as? [String: any Sendable] ?? [:]
                while property["description"] == nil, let reference = property["$ref"] as? String {
                    property = schema.definition(String(reference.dropFirst(2)))
                }
                #expect(property["description"] is String, "\(path) \(key)")
            }
        }
    }

    @Test func `the lists of allowed words are the ones that are read`() {
        func words(_ path: String) -> [String]? { schema.definition(path)["enum"] as? [String] }
        #expect(words("$defs/environment/properties/on_failure") == FailurePolicy.allCases.map(\.rawValue))
        #expect(
            words("$defs/environment/properties/in_flight") == EnvironmentRules.InFlight.allCases.map(\.rawValue))
        #expect(words("$defs/weekday") == Weekday.allCases.map(\.rawValue))
        #expect(words("$defs/schedule/properties/run") == Schedule.Job.allCases.map(\.rawValue))
        #expect(words("$defs/settings/layout") == Layout.allCases.map(\.rawValue))
        #expect(words("$defs/settings/invalid_indexes") == InvalidIndexes.allCases.map(\.rawValue))
        #expect(words("$defs/settings/lost_sessions") == LostSessions.allCases.map(\.rawValue))
        for path in ["$defs/long_transactions/anyOf/0", "$defs/long_transactions/anyOf/1/properties/action"] {
            #expect(words(path) == LongTransactions.Action.allCases.map(\.rawValue))
        }
        let events = schema.definition("$defs/alert/properties/on")["anyOf"] as? [[String: any Sendable]]
        #expect(events?.first?["enum"] as? [String] == Alert.Event.allCases.map(\.rawValue))
        for (keyword, choices) in LibPQKeyword.choices {
            let ways = schema.definition("$defs/keywords/\(keyword)")["anyOf"] as? [[String: any Sendable]]
            #expect(ways?.first?["enum"] as? [String] == choices)
        }
    }

    @Test func `the installed libpq has no keyword that is not known`() {
        #expect(ConnectionSettings.knownKeywords.subtracting(LibPQKeyword.all).isEmpty)
    }

    @Test func `the sample files load and fit the schema`() throws {
        let manual = try Self.manualExample()
        for (name, yaml) in [("design", Samples.design), ("manual", manual)] {
            _ = try Fleet(yaml: yaml)
            let log = ProblemLog(file: name)
            let node = try #require(YAMLComposer.compose(Array(yaml.utf8), limits: YAMLLimits(), log: log))
            #expect(schema.problems(node) == [], "\(name)")
        }
    }

    @Test func `the manual's example means what it says`() throws {
        let fleet = try Fleet(yaml: try Self.manualExample(), file: "/srv/fleet.yaml")
        #expect(fleet.warnings.isEmpty)
        #expect(fleet.targets.count == 1 + 2 + 120 + 2)
        #expect(fleet.targets.first?.target.id.rawValue == "staging/staging-1/shop")
        #expect(fleet.targets.last?.target.id.rawValue == "production/us-2/tenants/globex")
        #expect(fleet.targets.last?.access.keywords["sslrootcert"]?.literal == "/etc/ssl/shop-ca.pem")
        #expect(fleet.environments.last?.discoveries.map(\.access.database) == ["shop"])
    }

    @Test(arguments: [
        "fleet: a", "fleet: a\nenvironments: {}", "fleet: a\nenvironments: {e: {}}", "flet: a",
        "fleet: a\nenvironments: {e: {targets: [{hst: a}]}}", "fleet: a\nenvironments: {e: {targets: [{port: 0}]}}",
        "fleet: a\nenvironments: {e: {targets: [{host: [], database: d}]}}",
        "fleet: a\nenvironments: {e: {targets: [{host: [a, {b: c}], database: d}]}}",
        "fleet: a\nenvironments: {e: {targets: [{host: [a, b], port: [1, 70000], database: d}]}}",
        "fleet: a\nenvironments: {e: {targets: [{host: [a, b], port: \"1,x\", database: d}]}}",
        "fleet: a\nenvironments: {e: {targets: [], waves: [{percent: 0}]}}",
        "fleet: a\nenvironments: {e: {targets: [], waves: [{count: 1, bake: soon}]}}",
        "fleet: a\nenvironments: {e: {targets: [], on_failure: explode}}",
        "fleet: a\nenvironments: {e: {targets: [], sslmode: maybe}}",
        "fleet: a\nenvironments: {e: {targets: [], layout: liquibase}}",
        "fleet: a\nenvironments: {e: {targets: [], damage_guard: {per_try: 0}}}",
        "fleet: a\nenvironments: {e: {targets: [], history: maybe}}",
        "fleet: a\nenvironments: {e: {targets: []}}\nschedules: {n: {run: check}}",
        "fleet: a\nenvironments: {e: {targets: []}}\nschedules: {n: {every: soon, run: check}}",
        "fleet: a\nenvironments: {e: {targets: []}}\nschedules: {n: {every: 6h, run: check, hosts: []}}",
        "fleet: a\nenvironments: {e: {targets: []}}\nscratch: {server: {user: u}}",
        "fleet: a\nenvironments: {e: {targets: []}}\nscratch: {server: {host: h, timeouts: {connect: 1s}}}",
    ])
    func `what the loader refuses, the schema refuses where it can`(yaml: String) throws {
        let node = try #require(
            YAMLComposer.compose(Array(yaml.utf8), limits: YAMLLimits(), log: ProblemLog(file: "f")))
        #expect(!schema.problems(node).isEmpty)
        #expect(!Samples.problems(yaml).isEmpty)
    }

    /// The first long YAML block of docs/fleet-yaml.md.
    static func manualExample() throws -> String {
        let manual = JSONSchema.file.deletingLastPathComponent().appending(path: "fleet-yaml.md")
        let text = try String(contentsOf: manual, encoding: .utf8)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        return try #require(blocks.first { $0.contains("environments:") })
    }
}
