import FleetModel
import Rollout

/// A rollout in JSON; the keys are described in docs/json.md.
struct RolloutDocument: Encodable, Sendable {
    struct TargetRow: Encodable, Sendable {
        let target: TargetID
        let environment, wave: String
        let account: TargetAccount
        @OrNull var from: Version?
        @OrNull var to: Version?
        @OrNull var version: Version?
        @OrNull var dirty: Bool?
        @OrNull var failure: TargetFailure?
    }

    @OrNull var rollout: RolloutID?
    let status: RolloutStatus
    let goal: String
    let allowed: [String]
    let accounts: [String: Int]
    let targets: [TargetRow]

    init(id: RolloutID?, status: RolloutStatus, machine: RolloutMachine) {
        rollout = id
        self.status = status
        goal = machine.plan.goal.description
        allowed = machine.plan.terms.allowed
        accounts = machine.accountsByName
        targets = machine.plan.environments.flatMap { environment in
            environment.waves.flatMap { wave in
                wave.targets.compactMap { planned in
                    machine.targets[planned.target.id].map { progress in
                        TargetRow(
                            target: planned.target.id, environment: environment.name, wave: wave.name,
                            account: progress.account, from: planned.route.from, to: planned.route.to,
                            version: progress.state?.version ?? (progress.phase == .unchanged ? planned.route.to : nil),
                            dirty: progress.state?.isDirty, failure: progress.failure)
                    }
                }
            }
        }
    }
}

extension RolloutMachine {
    /// How many targets there are of each account, those with none included, by their names in JSON.
    var accountsByName: [String: Int] {
        let counts = accounts
        return Dictionary(uniqueKeysWithValues: TargetAccount.allCases.map { ($0.rawValue, counts[$0] ?? 0) })
    }
}
