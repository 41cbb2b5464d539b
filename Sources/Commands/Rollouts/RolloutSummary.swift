import FleetModel
import Rollout

/// The end of a rollout, to be read in two seconds: the outcome, the numbers, and each target that needs someone.
struct RolloutSummary {
    let id: RolloutID
    let machine: RolloutMachine
    let status: RolloutStatus

    func lines(paint: Paint, listsFailures: Bool) -> [String] {
        var lines = [paint("Rollout \(id): \(status.text)", .strong)]
        if let sentence { lines.append("  " + sentence) }
        lines.append("  " + numbers(paint).joined(separator: " · "))
        if listsFailures {
            for (target, progress) in failed {
                let sign = progress.failure?.sign(paint) ?? paint("✗", .bad)
                lines += ["", "  \(sign) \(target.rawValue.harmless)" + whereabouts(progress)]
                if let failure = progress.failure { lines += FailureText.lines(failure, indent: 4, paint: paint) }
            }
        }
        return lines + next(paint)
    }

    /// What someone has to look at: failures, then what was deferred.
    private var failed: [(TargetID, TargetProgress)] { with(.failed) + with(.deferred) }

    private func with(_ account: TargetAccount) -> [(TargetID, TargetProgress)] {
        machine.targets.filter { $0.value.account == account }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private var sentence: String? {
        switch status {
        case .rolledBack: "every target is on the version that it had before"
        case .failed where (machine.accounts[.changed] ?? 0) == 0: "see the targets below"
        case .failed: "what was changed stays until it is resumed or rolled back"
        case .rollbackIncomplete: "some targets could not be brought back"
        case .interrupted: "stopped before its end"
        case .deferred: "others held locks on some targets at every try; nothing is wrong with them"
        case .waiting, .paused, .running, .succeeded: nil
        }
    }

    private func numbers(_ paint: Paint) -> [String] {
        let accounts = machine.accounts
        return TargetAccount.allCases.compactMap { account in
            accounts[account].map { paint("\($0) \(account.text)", account.tint) }
        }
    }

    private func whereabouts(_ progress: TargetProgress) -> String {
        progress.state.map { " – on version \($0)" } ?? " – its version is not known"
    }

    /// What gives the approval that is missing: at once, where who goes on with it may give it.
    private var waiting: [String] {
        guard let scope = machine.awaitedApproval, let rule = machine.rule(for: scope) else {
            return ["pgfleet rollout resume \(id)"]
        }
        if rule.allowsRequester, machine.approvalsLeft(for: scope) == 1 {
            return ["pgfleet rollout resume \(id) --approve \(scope.description.harmless)"]
        }
        let people = rule.from.isEmpty ? "" : " of " + rule.from.joined(separator: ", ").harmless
        let count = machine.approvalsLeft(for: scope).of("approval")
        return ["pgfleet rollout approve \(id)    (\(count)\(people))", "then: pgfleet rollout resume \(id)"]
    }

    private func next(_ paint: Paint) -> [String] {
        let commands: [String] =
            switch status {
            case .succeeded, .rolledBack, .running: []
            case .paused: ["pgfleet rollout resume \(id)"]
            case .waiting: waiting
            case .failed, .interrupted, .deferred: ["pgfleet rollout resume \(id)", "pgfleet rollout rollback \(id)"]
            case .rollbackIncomplete: ["pgfleet rollout resume \(id)"]
            }
        return commands.isEmpty ? [] : [""] + commands.map { "  " + paint("→ ", .active) + $0 }
    }
}

extension TargetAccount {
    /// The account in words.
    var text: String { rawValue.replacing("_", with: " ") }

    var tint: Paint.Tint {
        switch self {
        case .changed: .good
        case .failed: .bad
        case .rolledBack, .inFlight, .deferred, .skipped: .warning
        case .unchanged, .notStarted: .quiet
        }
    }
}
