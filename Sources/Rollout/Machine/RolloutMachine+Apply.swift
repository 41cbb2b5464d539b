public import FleetModel

extension RolloutMachine {
    /// Takes one event of the journal. Total: an event that does not fit the state changes nothing.
    public mutating func apply(_ event: RolloutEvent) {
        switch event {
        case .started:
            if course == .idle { course = .forward }
        case .resumed:
            resume()
        case .approvalAwaited(let environment):
            awaitedApproval = environment
        case .approved(let environment, _):
            approved.insert(environment)
            if awaitedApproval == environment { awaitedApproval = nil }
        case .waveStarted(let wave):
            self.wave = wave
            gate = .closed
            openQueue(of: wave)
        case .waveRepeated(let wave):
            repeatedWaves.insert(wave)
            retryDeferred(in: wave)
            openQueue(of: wave)
        case .targetsDeferred(let targets):
            awaitedTargets = targets
        case .targetStarted(let target):
            queue.start(target)
            targets[target]?.phase = .running
            pause(planned[target]?.route)
        case .stepFinished(let target, _):
            targets[target]?.finishedSteps += 1
            touch(target)
        case .targetFinished(let target, let report):
            finish(target, report)
        case .gateStarted:
            gate = .open
        case .gateFinished(_, let failure):
            gate = failure == nil ? .passed : .closed
            gateFailure = failure
        case .halted(let reason):
            course = .halted(reason)
        case .rollbackStarted(let order):
            course = .rollback
            revertScope = order
            openRevertGroups(order)
        case .revertStarted(let target):
            queue.start(target)
            targets[target]?.phase = .reverting
            pause(planned[target]?.back)
        case .revertFinished(let target, let report):
            finishRevert(target, report)
        case .stopRequested:
            isStopping = true
        case .suspended:
            isSuspended = true
        case .ended(let outcome):
            course = .ended(outcome)
        }
    }

    private mutating func finish(_ target: TargetID, _ report: TargetReport) {
        queue.finish(target)
        guard var progress = targets[target], let planned = planned[target], let place = places[target] else { return }
        progress.state = report.after ?? progress.state
        progress.failure = report.failure
        progress.finishedSteps = max(progress.finishedSteps, report.finished.count)
        switch report.failure {
        case nil:
            progress.phase = .changed
            progress.hasFailed = false
        case .some where isStopped(report):
            progress.phase = .pending
        case .some where report.isDeferred:
            progress.phase = .deferred
        case .some:
            progress.phase = .failed
            progress.hasFailed = true
            failures[place.environment] += 1
        }
        targets[target] = progress
        if report.touched(from: planned.route.from) ?? progress.isTouched {
            touch(target)
        } else {
            targets[target]?.isTouched = false
            if progress.phase == .changed { targets[target]?.phase = .unchanged }
        }
    }

    private mutating func finishRevert(_ target: TargetID, _ report: TargetReport) {
        queue.finish(target)
        if var progress = targets[target] {
            progress.state = report.after ?? progress.state
            switch report.failure {
            case nil:
                progress.phase = .reverted
                progress.isTouched = false
            case .some where isStopped(report):
                break
            case let failure?:
                progress.phase = .revertFailed
                progress.failure = failure
            }
            targets[target] = progress
        }
        if queue.isDrained, !isStopping, !revertGroups.isEmpty {
            revertGroups.removeFirst()
            openRevertQueue()
        }
    }

    /// Whether the operator's stop, and nothing else, ended it. A state that could not be read any more is found out by
    /// the resume; only a dirty one is a failure.
    private func isStopped(_ report: TargetReport) -> Bool {
        report.failure?.kind == .cancelled && isStopping && report.after?.isDirty != true
    }

    private mutating func touch(_ target: TargetID) {
        guard targets[target]?.isTouched == false else { return }
        targets[target]?.isTouched = true
        changeOrder.append(target)
    }

    private mutating func openQueue(of wave: WaveID) {
        guard let waiting = plannedWave(wave)?.targets.filter({ targets[$0.target.id]?.phase == .pending }) else {
            return
        }
        let environment = plan.environments[wave.environment]
        queue = LimitedQueue(
            waiting.map { LimitedQueue.Item(target: $0.target, migrations: $0.route.limitedMigrations) },
            concurrency: environment.concurrency, perHost: environment.perHost)
    }

    private mutating func openRevertGroups(_ order: [TargetID]) {
        revertGroups = Dictionary(grouping: order) { places[$0]?.environment ?? 0 }
            .sorted { $0.key > $1.key }.map(\.value)
        openRevertQueue()
    }

    private mutating func openRevertQueue() {
        guard let group = revertGroups.first, let place = group.first.flatMap({ places[$0] }) else {
            queue = .empty
            return
        }
        let environment = plan.environments[place.environment]
        queue = LimitedQueue(
            group.compactMap { planned[$0] }.map {
                LimitedQueue.Item(target: $0.target, migrations: $0.back.limitedMigrations)
            },
            concurrency: environment.concurrency, perHost: environment.perHost)
    }

    /// Goes on where the last process stopped. What was at work then counts as touched until the database was asked.
    private mutating func resume() {
        isSuspended = false
        isStopping = false
        awaitedApproval = nil
        awaitedTargets = []
        repeatedWaves = []
        (pauses, newPauses) = ([:], [:])
        if gate == .open { gate = .closed }
        gateFailure = nil
        for (target, progress) in targets where progress.phase == .running {
            targets[target]?.phase = .pending
            touch(target)
        }
        switch course {
        case .idle:
            course = .forward
        case .forward:
            retryDeferred()
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

    /// - Parameter wave: nil for all of them.
    private mutating func retryDeferred(in wave: WaveID? = nil) {
        for (target, progress) in targets where progress.phase == .deferred && (wave == nil || places[target] == wave) {
            targets[target]?.phase = .pending
        }
    }

    private mutating func retryFailures() {
        course = .forward
        queue = .empty
        failures = failures.map { _ in 0 }
        for (target, progress) in targets
        where [.failed, .deferred, .reverted, .revertFailed].contains(progress.phase) {
            targets[target]?.phase = .pending
        }
        // The last wave's gate is asked again only when that wave stays as it is.
        if let wave, let next = nextWave(), (next.environment, next.wave) <= (wave.environment, wave.wave) {
            self.wave = nil
        }
    }
}

extension FailurePolicy {
    var takesTargetsBack: Bool { self == .rollback || self == .rollbackWave }
}

extension TargetReport {
    /// Whether the target is where this attempt, or an earlier one, has brought it; `nil` when this attempt changed
    /// nothing, so that only the earlier ones count. A version that someone else recorded is not ours to take back.
    func touched(from origin: Version?) -> Bool? {
        guard let before else { return nil }
        guard let after else { return true }
        if after == VersionState(version: origin) { return false }
        return after == before ? nil : true
    }
}
