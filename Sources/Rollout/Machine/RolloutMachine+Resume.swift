import FleetModel

extension RolloutMachine {
    /// Goes on where the last process stopped. What was at work then counts as touched until the database was asked.
    mutating func resume() {
        forgetWhatIsAwaited()
        for (target, progress) in targets where progress.phase == .running {
            targets[target]?.phase = .pending
            touch(target)
        }
        switch course {
        case .idle:
            course = .forward
        case .forward:
            tryAgain([.deferred, .retrying])
            queue = .empty
            if let wave, let next = nextWave(), next < wave {
                // `on_failure: continue` went past it with targets that were deferred.
                self.wave = nil
            } else if let wave {
                openQueue(of: wave)
            }
        case .halted(let reason):
            queue = .empty
            if !policy(after: reason).takesTargetsBack { retryFailures() }
        case .rollback, .ended(.rollbackIncomplete):
            course = .rollback
            openRevertGroups(revertScope.filter { targets[$0]?.phase != .reverted })
        case .ended(.failed):
            retryFailures()
        case .ended(.succeeded), .ended(.rolledBack):
            break
        }
    }

    /// What waited for a process or for someone waits anew; what was under way there is done again.
    private mutating func forgetWhatIsAwaited() {
        isSuspended = false
        isStopping = false
        pausedBy = nil
        awaitedApproval = nil
        awaitedPromotion = nil
        awaitedWindow = nil
        awaitedRetries = nil
        awaitedTargets = []
        openWindows = []
        hookInFlight = nil
        baselineInFlight = nil
        baselineFailure = nil
        // What an operator has ended stays so, whoever resumes it without knowing; a hook is done again.
        if pendingHalt?.environment != nil { pendingHalt = nil }
        repeats = [:]
        (pauses, newPauses) = ([:], [:])
        if gate == .open { gate = .closed }
        gateFailure = nil
    }

    /// - Parameter wave: nil for all of them.
    mutating func tryAgain(_ phases: Set<TargetProgress.Phase>, in wave: WaveID? = nil) {
        for (target, progress) in targets
        where phases.contains(progress.phase) && (wave == nil || places[target] == wave) {
            targets[target]?.phase = .pending
        }
    }

    private mutating func retryFailures() {
        course = .forward
        queue = .empty
        failures = [:]
        // What was around the last attempt has been closed, so it is opened again.
        hooks = HookProgress()
        hooks.begin(.rollout)
        for target in targets.keys { targets[target]?.retries = 0 }
        tryAgain([.failed, .deferred, .retrying, .reverted, .revertFailed])
        // The last wave's gate is asked again only when that wave stays as it is.
        if let wave, let next = nextWave(), (next.environment, next.wave) <= (wave.environment, wave.wave) {
            self.wave = nil
        }
    }
}
