import FleetModel
import Rollout

/// A rollout in JSON; the keys are described in docs/json.md.
struct RolloutDocument: Encodable {
    struct TargetRow: Encodable {
        let target: TargetID
        let environment, wave: String
        let account: TargetAccount
        let from, to, version: Version?
        let dirty: Bool?
        let failure: TargetFailure?

        private enum Key: String, CodingKey {
            case target, environment, wave, account, from, to, version, dirty, failure
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(target, forKey: .target)
            try values.encode(environment, forKey: .environment)
            try values.encode(wave, forKey: .wave)
            try values.encode(account, forKey: .account)
            try values.encode(from, forKey: .from)
            try values.encode(to, forKey: .to)
            try values.encode(version, forKey: .version)
            try values.encode(dirty, forKey: .dirty)
            try values.encode(failure, forKey: .failure)
        }
    }

    let rollout: RolloutID?
    let status: RolloutStatus
    let goal: String
    let accounts: [String: Int]
    let targets: [TargetRow]

    init(id: RolloutID?, status: RolloutStatus, machine: RolloutMachine) {
        rollout = id
        self.status = status
        goal = machine.plan.goal.description
        let counts = machine.accounts
        accounts = Dictionary(
            uniqueKeysWithValues: TargetAccount.allCases.map { ($0.rawValue, counts[$0] ?? 0) })
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
