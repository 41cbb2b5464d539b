import FleetModel
import Rollout

/// How long a rollout still works, by the targets that have finished in it. What people, windows and checks take
/// nobody can say, so that is left out.
struct TimeLeft: Sendable {
    /// How many targets have to have finished before anything is said.
    static let minimum = 3

    private let waves: [WaveID]
    /// How many targets' times a wave takes, with all at once that its limits let.
    private let loads: [WaveID: Double]
    private let bakes: [WaveID: Double]

    init(plan: Plan) {
        waves = plan.waveIDs
        (loads, bakes) = waves.reduce(into: ([:], [:])) { result, id in
            let environment = plan.environments[id.environment]
            let wave = environment.waves[id.wave]
            result.0[id] = Self.load(of: wave.targets.filter(\.hasWork), environment.rules)
            if wave.hasWork { result.1[id] = wave.gate.bakeSeconds ?? 0 }
        }
    }

    private static func load(of targets: [PlannedTarget], _ rules: EnvironmentRules) -> Double {
        var (concurrency, perHost) = (rules.concurrency, rules.perHost)
        var onHost: [HostEndpoint: Int] = [:]
        for planned in targets {
            onHost[planned.target.endpoint, default: 0] += 1
            for limits in planned.route.steps.lazy.compactMap(\.limits) {
                concurrency = min(concurrency, limits.isAlone ? 1 : limits.concurrency ?? concurrency)
                perHost = min(perHost, limits.perHost ?? perHost)
            }
        }
        func rounds(_ count: Int, _ atOnce: Int) -> Double { (Double(count) / Double(max(1, atOnce))).rounded(.up) }
        return max(rounds(targets.count, concurrency), rounds(onHost.values.max() ?? 0, perHost))
    }

    /// In seconds; nil before a few targets have finished, and where nothing is left to estimate.
    func seconds(_ machine: RolloutMachine, _ census: RolloutCensus, _ sights: RolloutSights, at now: Double) -> Double?
    {
        switch machine.course {
        case .forward: forward(machine, census, sights, now)
        case .rollback: back(machine, census, sights)
        case .idle, .halted, .ended: nil
        }
    }

    private func forward(
        _ machine: RolloutMachine, _ census: RolloutCensus, _ sights: RolloutSights, _ now: Double
    ) -> Double? {
        guard sights.forward.count >= Self.minimum, let mean = sights.forward.mean else { return nil }
        var seconds = 0.0
        for id in waves {
            let count = census[id]
            let withWork = count.total - count[.unchanged]
            guard count.left > 0, withWork > 0 else { continue }
            seconds += mean * (loads[id] ?? 0) * Double(count.left) / Double(withWork) + (bakes[id] ?? 0)
        }
        if let gate = sights.gate, let bake = gate.bakeSeconds ?? bakes[gate.wave] {
            seconds += max(0, gate.since + bake - now)
        }
        return seconds > 0 ? seconds : nil
    }

    private func back(_ machine: RolloutMachine, _ census: RolloutCensus, _ sights: RolloutSights) -> Double? {
        let left = machine.revertCount - census.all[.rolledBack]
        guard sights.back.count >= Self.minimum, let mean = sights.back.mean, left > 0 else { return nil }
        return mean * Double(left) / Double(max(1, machine.inFlightCount))
    }
}
