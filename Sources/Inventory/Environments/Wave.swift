public import FleetModel

/// The targets that are released together, and the rule that chose them.
public struct Wave: Sendable, Hashable {
    /// What must hold after it, and why these targets.
    public let rule: WaveRule
    /// At least one, in the order of the inventory.
    public let targets: [Target]

    /// Makes a wave.
    public init(rule: WaveRule, targets: [Target]) {
        self.rule = rule
        self.targets = targets
    }
}

extension WaveRule {
    /// Deals targets out to waves: each target is in exactly one, in the order of the rules.
    ///
    /// Rules that find nothing left make no wave; with the default rules, the last wave has no `bake`. Targets that no rule wanted come last, in a wave named `rest`.
    public static func waves(of targets: [Target], by rules: [WaveRule]) -> [Wave] {
        var left = targets
        var waves: [Wave] = []
        for rule in rules {
            let released = targets.count - left.count
            let chosen = rule.share.choose(from: left, released: released, all: targets.count)
            guard !chosen.isEmpty else { continue }
            let ids = Set(chosen.map(\.id))
            left.removeAll { ids.contains($0.id) }
            waves.append(Wave(rule: rule, targets: chosen))
        }
        if left.isEmpty, rules == standard, let last = waves.popLast() {
            // The default's pauses are meant between waves; nobody asked for one before the next environment.
            waves.append(Wave(rule: last.rule.withoutBake, targets: last.targets))
        }
        if !left.isEmpty { waves.append(Wave(rule: WaveRule(name: "rest", share: .rest), targets: left)) }
        return waves
    }
}

extension WaveRule {
    private var withoutBake: WaveRule { WaveRule(name: name, share: share) }
}

extension WaveRule.Share {
    fileprivate func choose(from left: [Target], released: Int, all: Int) -> [Target] {
        switch self {
        case .match(let labels):
            left.filter { target in labels.allSatisfy { target.labels[$0.key] == $0.value } }
        case .count(let count): Array(left.prefix(count))
        case .percent(let percent):
            // A hair less than the product, so that 7 % of 100 is 7 and not, by rounding errors, 8.
            Array(left.prefix(max(0, Int((Double(all) * percent / 100 - 1e-9).rounded(.up)) - released)))
        case .rest: left
        }
    }
}
