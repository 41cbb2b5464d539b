public import FleetModel

extension RolloutMachine {
    /// What is announced next; `nil` when something that is in flight has to happen first.
    ///
    /// Call it again after applying what it returned, until it returns `nil`.
    public mutating func decide() -> RolloutEvent? {
        guard !isSuspended else { return nil }
        switch course {
        case .idle, .ended:
            return nil
        case .forward, .halted, .rollback:
            if isStopping { return queue.inFlight.isEmpty ? .suspended : nil }
        }
        return switch course {
        case .idle, .ended: nil
        case .forward: decideForward()
        case .halted(let reason): queue.inFlight.isEmpty ? decideAfterHalt(reason) : nil
        case .rollback: decideRollback()
        }
    }

    private mutating func decideForward() -> RolloutEvent? {
        if let wave, let current = plannedWave(wave) {
            let environment = plan.environments[wave.environment]
            let failed = failures[wave.environment]
            if let tolerated = environment.maxFailures, failed > tolerated {
                return .halted(.tooManyFailures(environment: environment.name, failures: failed))
            }
            if gateFailure != nil {
                return .halted(.gateFailed(environment: environment.name, wave: current.name))
            }
            if let target = nextTarget() { return .targetStarted(target) }
            guard queue.isDrained else { return nil }
            if let event = decideDeferred(wave, current, environment.onFailure) { return event }
            if current.hasGate, gate != .passed { return gate == .open ? nil : .gateStarted(wave) }
        }
        guard let next = nextWave() else { return decideEnd() }
        let environment = plan.environments[next.environment]
        if environment.requiresApproval, !approved.contains(environment.name) {
            return awaitedApproval == environment.name ? nil : .approvalAwaited(environment: environment.name)
        }
        return .waveStarted(next)
    }

    /// What becomes of the wave's targets that locks of others kept back.
    private func decideDeferred(
        _ id: WaveID, _ wave: PlannedWave, _ policy: FailurePolicy
    ) -> RolloutEvent? {
        let left = wave.targets.map(\.target.id).filter { targets[$0]?.phase == .deferred }
        guard !left.isEmpty else { return nil }
        if !repeatedWaves.contains(id) { return .waveRepeated(id) }
        return policy == .continue ? nil : wait(for: left)
    }

    /// A rollout that has nothing to show but targets that were deferred is not over.
    private func decideEnd() -> RolloutEvent? {
        let left = plan.targets.map(\.target.id).filter { targets[$0]?.phase == .deferred }
        let hasFailed = targets.values.contains { $0.phase == .failed }
        return left.isEmpty || hasFailed ? .ended(finalOutcome()) : wait(for: left)
    }

    private func wait(for left: [TargetID]) -> RolloutEvent {
        awaitedTargets.isEmpty ? .targetsDeferred(left) : .suspended
    }

    private func decideAfterHalt(_ reason: HaltReason) -> RolloutEvent {
        let scope: [TargetID] =
            switch policy(after: reason) {
            // Asked for, perhaps after a repair: whether a target is dirty still is looked up then.
            case .rollback: touchedTargets(includingDirty: reason == .rollbackRequested)
            case .rollbackWave: touchedTargets(includingDirty: false).filter { places[$0] == wave }
            case .halt, .continue: []
            }
        return scope.isEmpty ? .ended(finalOutcome()) : .rollbackStarted(scope)
    }

    private mutating func decideRollback() -> RolloutEvent? {
        if let target = nextTarget() { return .revertStarted(target) }
        return revertGroups.isEmpty ? .ended(finalOutcome()) : nil
    }

    /// What holds after a halt: the policy of the environment that halted, or a rollback when it was asked for.
    func policy(after reason: HaltReason) -> FailurePolicy {
        switch reason {
        case .rollbackRequested: .rollback
        case .tooManyFailures(let name, _), .gateFailed(let name, _):
            plan.environments.first { $0.name == name }?.onFailure ?? .halt
        }
    }

    func plannedWave(_ id: WaveID) -> PlannedWave? {
        guard plan.environments.indices.contains(id.environment),
            plan.environments[id.environment].waves.indices.contains(id.wave)
        else { return nil }
        return plan.environments[id.environment].waves[id.wave]
    }

    /// The first wave, in the plan's order, in which a target still waits.
    func nextWave() -> WaveID? {
        for (environmentIndex, environment) in plan.environments.enumerated() {
            for (waveIndex, wave) in environment.waves.enumerated()
            where wave.targets.contains(where: { targets[$0.target.id]?.phase == .pending }) {
                return WaveID(environment: environmentIndex, wave: waveIndex)
            }
        }
        return nil
    }

    /// Targets that this rollout may have changed, the newest change first.
    private func touchedTargets(includingDirty: Bool) -> [TargetID] {
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

    private func finalOutcome() -> RolloutOutcome {
        if targets.values.contains(where: { $0.phase == .revertFailed }) { return .rollbackIncomplete }
        if case .forward = course {
            return targets.values.contains { [.failed, .deferred].contains($0.phase) } ? .failed : .succeeded
        }
        if case .halted(let reason) = course, !policy(after: reason).takesTargetsBack { return .failed }
        return targets.values.contains { $0.isTouched } ? .failed : .rolledBack
    }
}

extension PlannedWave {
    /// Whether something has to hold before the next wave starts.
    var hasGate: Bool { bakeSeconds != nil || probe != nil }
}
