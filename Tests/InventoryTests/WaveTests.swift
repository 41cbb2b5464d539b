import FleetModel
import Testing

@testable import Inventory

@Suite("Dealing targets out to waves") struct WaveTests {
    static func targets(_ count: Int, labelled: [Int: [String: String]] = [:]) -> [Target] {
        (0..<count).map { number in
            Target(
                environment: "e", endpoint: HostEndpoint(host: "h", port: 5432), hostName: "h", database: "d\(number)",
                schema: nil, labels: labelled[number] ?? [:])
        }
    }

    @Test(arguments: [
        (0, []), (1, ["canary 1"]), (2, ["canary 1", "rest 1"]), (6, ["canary 1", "quarter 1", "rest 4"]),
        (40, ["canary 1", "early 1", "quarter 8", "rest 30"]), (100, ["canary 1", "early 4", "quarter 20", "rest 75"]),
        (1000, ["canary 1", "early 49", "quarter 200", "rest 750"]),
    ])
    func `the default is one, 5 %, 25 % and all of them, as far as there are targets`(count: Int, waves: [String]) {
        let dealt = WaveRule.waves(of: Self.targets(count), by: WaveRule.standard)
        #expect(dealt.map { "\($0.rule.name) \($0.targets.count)" } == waves)
    }

    @Test(arguments: [(1, [0]), (2, [600, 0]), (6, [600, 120, 0]), (100, [600, 120, 120, 0])])
    func `the default waits between waves and not after the last one`(count: Int, seconds: [Int]) {
        let waves = WaveRule.waves(of: Self.targets(count), by: WaveRule.standard)
        #expect(waves.map(\.rule.gate.bakeSeconds) == seconds.map { $0 == 0 ? nil : Double($0) })
    }

    @Test func `a pause that the file asks for after the last wave stays`() {
        let rules = [WaveRule(name: "all", share: .rest, gate: PlannedGate(bakeSeconds: 60))]
        #expect(WaveRule.waves(of: Self.targets(3), by: rules).map(\.rule.gate.bakeSeconds) == [60])
    }

    @Test func `percent is cumulative and rounds up, count is not, match takes what is left of its kind`() {
        let targets = Self.targets(10, labelled: [3: ["tier": "canary"], 7: ["tier": "canary"]])
        let rules = [
            WaveRule(name: "a", share: .match(["tier": "canary"])), WaveRule(name: "b", share: .count(1)),
            WaveRule(name: "c", share: .percent(35)), WaveRule(name: "d", share: .count(2)),
            WaveRule(name: "e", share: .match(["tier": "canary"])),
        ]
        let waves = WaveRule.waves(of: targets, by: rules)
        #expect(waves.map(\.rule.name) == ["a", "b", "c", "d", "rest"])
        #expect(
            waves.map { $0.targets.map(\.database) } == [
                ["d3", "d7"], ["d0"], ["d1"], ["d2", "d4"], ["d5", "d6", "d8", "d9"],
            ])
    }

    @Test(arguments: 0...120) func `each target is in exactly one wave`(count: Int) {
        let targets = Self.targets(count)
        for percent in [0.1, 7, 33.3, 50, 99.9, 100] {
            let rules = [WaveRule(name: "a", share: .percent(percent)), WaveRule(name: "b", share: .rest)]
            let waves = WaveRule.waves(of: targets, by: rules)
            #expect(waves.flatMap(\.targets) == targets)
            #expect(!waves.contains { $0.targets.isEmpty })
        }
    }

    @Test func `rounding errors do not add a target`() {
        let waves = WaveRule.waves(of: Self.targets(100), by: [WaveRule(name: "a", share: .percent(7))])
        #expect(waves.first?.targets.count == 7)
    }
}
