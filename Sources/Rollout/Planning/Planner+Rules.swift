import FleetModel
import Inventory
import Migrations

extension Planner {
    /// An environment with its limits in numbers.
    static func environment(_ environment: Environment, waves: [PlannedWave]) -> PlannedEnvironment {
        let policy = environment.policy
        let targets = waves.lazy.flatMap(\.targets).filter(\.hasWork)
        let hosts = Set(targets.map(\.target.hostName))
        let hostHooks = policy.hostHooks.filter { hosts.contains($0.key) }
        return PlannedEnvironment(
            name: environment.name,
            rules: EnvironmentRules(
                concurrency: environment.concurrency, perHost: environment.perHost, onFailure: policy.onFailure,
                maxFailures: policy.maxFailures?.count(of: targets.count), inFlight: policy.inFlight,
                retries: policy.retries, retryDelaySeconds: policy.retryDelay.seconds, approval: policy.approval,
                startTimes: policy.startTimes.isAlways ? nil : policy.startTimes, hooks: policy.hooks,
                hostHooks: hostHooks.isEmpty ? nil : hostHooks),
            waves: waves)
    }

    /// A wave; migrations that verify themselves add a check to its gate.
    func wave(
        _ rule: WaveRule, _ targets: [PlannedTarget], _ sources: [TargetID: MigrationSource]
    ) throws(MigrationsError) -> PlannedWave {
        var checks = rule.gate.checks
        for target in targets where try verifies(target, sources[target.target.id]) {
            checks.append(GateCheck(name: "verify", question: .verifyFiles))
            break
        }
        return PlannedWave(
            name: rule.name,
            gate: PlannedGate(
                bakeSeconds: rule.gate.bakeSeconds, bakeJitterSeconds: rule.gate.bakeJitterSeconds, checks: checks,
                approval: rule.gate.approval),
            maxFailures: rule.maxFailures?.count(of: targets.count { $0.hasWork }), hooks: rule.hooks,
            targets: targets)
    }

    private func verifies(_ target: PlannedTarget, _ source: MigrationSource?) throws(MigrationsError) -> Bool {
        guard let source, target.hasWork else { return false }
        let files = try library.files(of: source)
        return target.route.steps.contains { step in
            step.direction == .up && files.migration(step.version)?.verification != nil
        }
    }
}

extension EnvironmentPolicy {
    /// The rule by which a target is drained, as text; nil where it is not.
    func drains(_ target: Target) -> String? {
        drained.first { rule in rule.allSatisfy { target.labels[$0.key] == $0.value } }
            .map { rule in rule.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") }
    }
}
