public import FleetModel

extension RolloutMachine {
    /// What one part of a decision comes to.
    enum Decision {
        /// This is announced.
        case announce(RolloutEvent)
        /// Something in flight, or someone, has to answer first.
        case wait
        /// Nothing stands here; the next part decides.
        case pass

        var event: RolloutEvent? {
            if case .announce(let event) = self { event } else { nil }
        }

        var isPass: Bool {
            if case .pass = self { true } else { false }
        }
    }

    /// What is announced next; `nil` when something that is in flight has to happen first.
    ///
    /// Call it again after applying what it returned, until it returns `nil`.
    public mutating func decide() -> RolloutEvent? {
        guard !isSuspended else { return nil }
        switch course {
        case .idle, .ended:
            return nil
        case .forward, .halted, .rollback:
            if isStopping { return isQuiet ? .suspended : nil }
        }
        return switch course {
        case .idle, .ended: nil
        case .forward: decideForward()
        case .halted(let reason): isQuiet ? decideAfterHalt(reason) : nil
        case .rollback: decideRollback()
        }
    }

    /// Whether nothing is at work that has to end by itself.
    private var isQuiet: Bool { queue.inFlight.isEmpty && hookInFlight == nil }

    private mutating func decideForward() -> RolloutEvent? {
        if let reason = reasonToHalt() { return .halted(reason) }
        guard hookInFlight == nil, baselineInFlight == nil else { return nil }
        if let wave, let current = plannedWave(wave) {
            let decision = decideInside(wave, current)
            guard decision.isPass else { return decision.event }
        }
        let next = nextWave()
        // A target of an environment before it may be tried once more; that is no leave-taking.
        if let wave, next.map({ $0.environment > wave.environment }) ?? true {
            let decision = decideLeaving(plan.environments[wave.environment])
            guard decision.isPass else { return decision.event }
        }
        guard let next else { return decideEnd() }
        let decision = decideEntering(next)
        return decision.isPass ? .waveStarted(next) : decision.event
    }

    /// What becomes of a wave that was released, up to what stands after it.
    private mutating func decideInside(_ id: WaveID, _ wave: PlannedWave) -> Decision {
        let environment = plan.environments[id.environment]
        if queue.hasWaiting {
            let decision = decideStart(in: environment)
            guard decision.isPass else { return decision }
            if let target = nextTarget() { return .announce(.targetStarted(target)) }
        }
        guard queue.isDrained, gate != .open else { return .wait }
        let repetition = decideRepetition(id, wave, environment)
        guard repetition.isPass else { return repetition }
        if wave.gate.isWatched, gate != .passed { return .announce(.gateStarted(id)) }
        let point = HookPoint.wave(environment: environment.name, name: wave.name)
        if let hook = hookAfter(where: { $0 == point }) { return .announce(.hookStarted(hook)) }
        guard wave.gate.approval != nil, nextWave() != nil else { return .pass }
        return decideApproval(ApprovalScope(environment: environment.name, wave: wave.name))
    }

    /// Whether targets of an environment may start now.
    private func decideStart(in environment: PlannedEnvironment) -> Decision {
        if isPaused { return .wait }
        guard environment.rules.startTimes != nil, !openWindows.contains(environment.name) else { return .pass }
        return awaitedWindow == environment.name ? .wait : .announce(.windowAwaited(environment: environment.name))
    }

    /// What becomes of the wave's targets that had bad luck, or that locks of others kept back.
    private func decideRepetition(_ id: WaveID, _ wave: PlannedWave, _ environment: PlannedEnvironment) -> Decision {
        let phases = wave.targets.compactMap { targets[$0.target.id]?.phase }
        if phases.contains(.retrying) {
            if isPaused { return .wait }
            return awaitedRetries == id ? .wait : .announce(.retriesAwaited(id))
        }
        guard phases.contains(.deferred) else { return .pass }
        if repeats[id, default: 0] < max(1, environment.rules.retries) {
            return isPaused ? .wait : .announce(.waveRepeated(id))
        }
        guard environment.rules.onFailure != .continue else { return .pass }
        return .announce(wait(for: wave.targets.map(\.target.id).filter { targets[$0]?.phase == .deferred }))
    }

    /// What stands behind an environment's last wave.
    private func decideLeaving(_ environment: PlannedEnvironment) -> Decision {
        let name = environment.name
        if !passedEnvironments.contains(name),
            environment.waves.allSatisfy({ wave in
                wave.targets.allSatisfy { [.changed, .unchanged].contains(targets[$0.target.id]?.phase) }
            })
        {
            return .announce(.environmentPassed(environment: name, environment.passedSteps))
        }
        return hookAfter { $0.isInside(name) }.map { .announce(.hookStarted($0)) } ?? .pass
    }

    /// What stands before a wave.
    private func decideEntering(_ id: WaveID) -> Decision {
        if isPaused { return .wait }
        let environment = plan.environments[id.environment]
        let promotion = decidePromotion(of: environment)
        guard promotion.isPass else { return promotion }
        if environment.rules.approval != nil {
            let approval = decideApproval(ApprovalScope(environment: environment.name))
            guard approval.isPass else { return approval }
        }
        let start = decideStart(in: environment)
        guard start.isPass else { return start }
        if let hook = hook(before: hookPoints(of: id)) { return .announce(.hookStarted(hook)) }
        if plannedWave(id)?.gate.needsBaselines == true, baselines[id] == nil { return .announce(.baselineStarted(id)) }
        return .pass
    }

    private func decidePromotion(of environment: PlannedEnvironment) -> Decision {
        guard let promotion = environment.rules.promotion, !promoted.contains(environment.name) else { return .pass }
        guard promotion.awaited.allSatisfy(passedEnvironments.contains) else {
            return .announce(.halted(.notPromoted(environment: environment.name)))
        }
        return awaitedPromotion == environment.name
            ? .wait : .announce(.promotionAwaited(environment: environment.name))
    }

    private func decideApproval(_ scope: ApprovalScope) -> Decision {
        guard approvalsLeft(for: scope) > 0 else { return .pass }
        return awaitedApproval == scope ? .wait : .announce(.approvalAwaited(scope))
    }

    /// A rollout that has nothing to show but targets that were deferred is not over.
    private func decideEnd() -> RolloutEvent? {
        let left = plan.targets.map(\.target.id).filter { targets[$0]?.phase == .deferred }
        let hasFailed = targets.values.contains { $0.phase == .failed }
        return left.isEmpty || hasFailed ? close() : wait(for: left)
    }

    private func wait(for left: [TargetID]) -> RolloutEvent {
        awaitedTargets.isEmpty ? .targetsDeferred(left) : .suspended
    }

    /// The end, once all that stands after what has begun is done.
    private func close() -> RolloutEvent {
        hookAfter().map { .hookStarted($0) } ?? .ended(finalOutcome())
    }

    private func decideAfterHalt(_ reason: HaltReason) -> RolloutEvent {
        let scope: [TargetID] =
            switch policy(after: reason) {
            // Asked for, perhaps after a repair: whether a target is dirty still is looked up then.
            case .rollback: touchedTargets(includingDirty: reason == .rollbackRequested)
            case .rollbackWave: touchedTargets(includingDirty: false).filter { places[$0] == wave }
            case .halt, .continue: []
            }
        return scope.isEmpty ? close() : .rollbackStarted(scope)
    }

    private mutating func decideRollback() -> RolloutEvent? {
        guard hookInFlight == nil else { return nil }
        if !isPaused, let target = nextTarget() { return .revertStarted(target) }
        return revertGroups.isEmpty ? close() : nil
    }
}

extension PlannedEnvironment {
    /// The files that its targets go through on the way up, each once.
    fileprivate var passedSteps: [PassedStep] {
        upSteps.sorted { ($0.version, $0.checksum ?? "") < ($1.version, $1.checksum ?? "") }
    }
}
