import FleetModel

extension RolloutMachine {
    /// Why nothing new may start any more.
    func reasonToHalt() -> HaltReason? {
        if let pendingHalt { return pendingHalt }
        if let id = baselineFailure, let failed = plannedWave(id) {
            return .gateFailed(environment: plan.environments[id.environment].name, wave: failed.name)
        }
        guard let wave, let current = plannedWave(wave) else { return nil }
        let environment = plan.environments[wave.environment]
        let inWave = failures[wave, default: 0]
        let inEnvironment = failures.filter { $0.key.environment == wave.environment }.values.reduce(0, +)
        let inAll = failures.values.reduce(0, +)
        if let tolerated = environment.rules.maxFailures, inEnvironment > tolerated {
            return .tooManyFailures(environment: environment.name, failures: inEnvironment)
        }
        if let tolerated = current.maxFailures, inWave > tolerated {
            return .tooManyFailuresInWave(environment: environment.name, wave: current.name, failures: inWave)
        }
        if let tolerated = plan.terms.maxFailures, inAll > tolerated {
            return .tooManyFailuresInAll(environment: environment.name, failures: inAll)
        }
        return gateFailure.map { _ in .gateFailed(environment: environment.name, wave: current.name) }
    }

    /// What holds after a halt: the policy of the environment that halted, or what the operator said.
    func policy(after reason: HaltReason) -> FailurePolicy {
        switch reason {
        case .rollbackRequested, .interrupted: .rollback
        case .aborted(_, let takesBack, _), .rejected(_, _, let takesBack): takesBack ? .rollback : .halt
        case .tooManyFailures, .tooManyFailuresInWave, .tooManyFailuresInAll, .gateFailed, .hookFailed, .notPromoted:
            reason.environment.flatMap { environment(named: $0) }?.rules.onFailure ?? .halt
        }
    }

    /// Whether what is at work is cancelled after a halt.
    func cancelsInFlight(after reason: HaltReason) -> Bool {
        if case .aborted(_, _, let cancels) = reason { return cancels }
        return reason.environment.flatMap { environment(named: $0) }?.rules.inFlight == .cancel
    }

    /// Targets that this rollout may have changed, the newest change first.
    func touchedTargets(includingDirty: Bool) -> [TargetID] {
        var seen: Set<TargetID> = []
        return changeOrder.reversed().filter { target in
            guard let progress = targets[target], progress.isTouched,
                includingDirty || progress.state?.isDirty != true
            else {
                return false
            }
            return seen.insert(target).inserted
        }
    }

    func finalOutcome() -> RolloutOutcome {
        if targets.values.contains(where: { $0.phase == .revertFailed }) { return .rollbackIncomplete }
        if case .forward = course {
            return targets.values.contains { [.failed, .deferred].contains($0.phase) } ? .failed : .succeeded
        }
        if case .halted(let reason) = course, !policy(after: reason).takesTargetsBack { return .failed }
        return targets.values.contains { $0.isTouched } ? .failed : .rolledBack
    }
}

extension FailurePolicy {
    var takesTargetsBack: Bool { self == .rollback || self == .rollbackWave }
}

extension RolloutMachine.Course {
    /// How it stands with the rollout, for hooks.
    var outcomeForHooks: String {
        switch self {
        case .idle, .forward: "running"
        case .halted: "halted"
        case .rollback: "rolled_back"
        case .ended(let outcome): outcome.rawValue
        }
    }
}
