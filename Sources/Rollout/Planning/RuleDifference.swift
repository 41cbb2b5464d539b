public import FleetModel
public import Inventory

/// A rule of a plan that the inventory gives otherwise now. The plan's own holds until the rollout's end.
public struct RuleDifference: Sendable, Hashable {
    /// What the rule is about; nil for the fleet as a whole.
    public let environment: String?
    /// The wave, where it is one's.
    public let wave: String?
    /// The key in the inventory.
    public let key: String
    /// What holds, as text; nil where that is too long to be told in a word.
    public let planned: String?
    /// What the inventory says now; nil likewise.
    public let now: String?
}

extension Plan {
    /// Which rules the inventory gives otherwise than when the plan was made, in the plan's order.
    ///
    /// Percentages are compared by the numbers that they come to for the targets of the plan. Targets, their order and
    /// what was promoted belong to the plan alone.
    public func differences(from fleet: Fleet) -> [RuleDifference] {
        let waiting = targets.count { $0.hasWork }
        var comparison = RuleComparison(environment: nil)
        comparison.compare("max_failures", terms.maxFailures, fleet.maxFailures?.count(of: waiting))
        comparison.compare("hooks", terms.hooks, fleet.hooks)
        var found = comparison.found
        for planned in environments {
            guard let now = fleet.environments.first(where: { $0.name == planned.name }) else {
                found.append(
                    RuleDifference(
                        environment: planned.name, wave: nil, key: "environments", planned: planned.name, now: "none"))
                continue
            }
            found += planned.differences(from: now)
        }
        return found
    }
}

extension PlannedEnvironment {
    fileprivate func differences(from environment: Environment) -> [RuleDifference] {
        let now = Planner.environment(environment, waves: waves).rules
        var comparison = RuleComparison(environment: name)
        comparison.compare("concurrency", rules.concurrency, now.concurrency)
        comparison.compare("per_host", rules.perHost, now.perHost)
        comparison.compare("on_failure", rules.onFailure.rawValue, now.onFailure.rawValue)
        comparison.compare("max_failures", rules.maxFailures, now.maxFailures)
        comparison.compare("in_flight", rules.inFlight.rawValue, now.inFlight.rawValue)
        comparison.compare("retries", rules.retries, now.retries)
        comparison.compare("retry_delay", rules.retryDelaySeconds, now.retryDelaySeconds)
        comparison.compare("approval", rules.approval, now.approval)
        comparison.compare("windows", rules.startTimes?.windows ?? [], now.startTimes?.windows ?? [])
        comparison.compare("freeze", rules.startTimes?.freezes ?? [], now.startTimes?.freezes ?? [])
        comparison.compare("hooks", rules.hooks, now.hooks)
        comparison.compare("hosts.hooks", rules.hostHooks ?? [:], now.hostHooks ?? [:])
        let dealt = WaveRule.waves(of: waves.flatMap(\.targets).map(\.target), by: environment.waves)
        for wave in waves where wave.hasWork {
            comparison.wave = wave.name
            guard let rule = dealt.first(where: { $0.rule.name == wave.name })?.rule else {
                comparison.compare("waves", wave.name, "none")
                continue
            }
            // A check of the migrations' own files comes from them.
            let checks = wave.gate.checks.filter { $0.question != .verifyFiles }
            comparison.compare("bake", wave.gate.bakeSeconds, rule.gate.bakeSeconds)
            comparison.compare("bake_jitter", wave.gate.bakeJitterSeconds, rule.gate.bakeJitterSeconds)
            comparison.compare("gates", checks, rule.gate.checks)
            comparison.compare("approval", wave.gate.approval, rule.gate.approval)
            comparison.compare(
                "max_failures", wave.maxFailures, rule.maxFailures?.count(of: wave.targets.count { $0.hasWork }))
            comparison.compare("hooks", wave.hooks, rule.hooks)
        }
        return comparison.found
    }
}

/// Collects what differs.
private struct RuleComparison {
    let environment: String?
    var wave: String?
    private(set) var found: [RuleDifference] = []

    init(environment: String?) { self.environment = environment }

    mutating func compare<Value: Equatable>(_ key: String, _ planned: Value, _ now: Value) {
        if planned != now { add(key, nil, nil) }
    }

    mutating func compare(_ key: String, _ planned: String, _ now: String) {
        if planned != now { add(key, planned, now) }
    }

    mutating func compare<Number: Numeric>(_ key: String, _ planned: Number?, _ now: Number?) {
        if planned != now { add(key, planned.map { "\($0)" } ?? "none", now.map { "\($0)" } ?? "none") }
    }

    private mutating func add(_ key: String, _ planned: String?, _ now: String?) {
        found.append(RuleDifference(environment: environment, wave: wave, key: key, planned: planned, now: now))
    }
}

extension RuleDifference: CustomStringConvertible {
    /// `production/canary: bake is 600.0 in the plan, 60.0 in the inventory`.
    public var description: String {
        let place = [environment, wave].compactMap { $0 }.joined(separator: "/")
        let whose = place.isEmpty ? "" : "\(place): "
        guard let planned, let now else { return "\(whose)\(key) is not what the plan has" }
        return "\(whose)\(key) is \(planned) in the plan, \(now) in the inventory"
    }
}
