import FleetModel
import Inventory

/// The targets that gates and hooks of a plan name, beside those that it changes.
struct NamedTargets {
    private let known: Set<TargetID>
    /// `environment/host/`: whose targets are found by asking a host.
    private let discovered: [String]

    /// - Parameter surveyed: the targets that the plan is made for; discovery may have found some of them.
    init(_ fleet: Fleet, surveyed: [TargetID]) {
        known = Set(fleet.targets.map(\.target.id)).union(surveyed)
        discovered = fleet.environments.flatMap(\.discoveries).map { "\($0.environment)/\($0.hostName)/" }
    }

    /// What stands against a plan whose gates and hooks name targets that there cannot be. One that a discovery may
    /// find is left to the gate, which says no where it cannot be asked.
    func problems(in plan: Plan) -> [PlanProblem] {
        var problems: [PlanProblem] = []
        func check(_ target: TargetID?, _ whose: @autoclosure () -> String) {
            guard let target, !mayExist(target) else { return }
            problems.append(PlanProblem(plan: .unknown(target, in: whose())))
        }
        func check(_ hooks: HookSet?, _ point: HookPoint) {
            for hook in (hooks?.before ?? []) + (hooks?.after ?? []) {
                if case .sql(_, let target) = hook.action { check(target, "hook \(hook.name) of \(point)") }
            }
        }
        check(plan.terms.hooks, .rollout)
        for environment in plan.environments where environment.hasWork {
            check(environment.rules.hooks, .environment(name: environment.name))
            for (host, hooks) in (environment.rules.hostHooks ?? [:]).sorted(by: { $0.key < $1.key }) {
                check(hooks, .host(environment: environment.name, name: host))
            }
            for wave in environment.waves where wave.hasWork {
                let point = HookPoint.wave(environment: environment.name, name: wave.name)
                check(wave.hooks, point)
                for gate in wave.gate.checks { check(gate.question.target, "gate \(gate.name) of \(point)") }
                for target in wave.targets { check(target.hooks, .target(id: target.target.id)) }
            }
        }
        return problems
    }

    private func mayExist(_ target: TargetID) -> Bool {
        known.contains(target) || discovered.contains { target.rawValue.hasPrefix($0) }
    }
}

extension GateQuestion {
    /// The one target that is asked; nil for those that the wave changed.
    fileprivate var target: TargetID? {
        switch self {
        case .sql(_, let target), .increase(_, let target, _): target
        case .http, .prometheus, .replicationLag, .verifyFiles: nil
        }
    }
}

extension TargetFailure {
    fileprivate static func unknown(_ target: TargetID, in whose: String) -> TargetFailure {
        TargetFailure(
            kind: .configuration,
            message: "\(whose) asks \(target), which is not in the inventory or is left out by it",
            remedy: "Correct `on`, or add the target; 'pgfleet targets' prints the names.")
    }
}
