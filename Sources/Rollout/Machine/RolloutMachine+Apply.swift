public import FleetModel

extension RolloutMachine {
    /// Takes one event of the journal. Total: an event that does not fit the state changes nothing.
    public mutating func apply(_ event: RolloutEvent) {
        switch event {
        case .started(let by):
            requester = by.user
            hooks.begin(.rollout)
            if course == .idle { course = .forward }
        case .resumed:
            resume()
        case .asked(let request):
            take(request)
        case .approvalAwaited(let scope):
            awaitedApproval = scope
        case .approved(let scope, let by):
            approve(scope, by: by, groups: [])
        case .promotionAwaited(let environment):
            awaitedPromotion = environment
        case .promoted(let environment):
            promoted.insert(environment)
            if awaitedPromotion == environment { awaitedPromotion = nil }
        case .windowAwaited(let environment):
            awaitedWindow = environment
        case .windowOpened(let environment):
            openWindows.insert(environment)
            if awaitedWindow == environment { awaitedWindow = nil }
        case .windowClosed(let environment):
            openWindows.remove(environment)
        case .hookStarted(let hook):
            hooks.begin(hook.point)
            hookInFlight = hook
        case .hookFinished(let hook, let report):
            apply(hook, report)
        case .baselineStarted(let wave):
            baselineInFlight = wave
        case .baselineFinished(let wave, let numbers, let failure):
            baselineInFlight = nil
            if failure == nil { baselines[wave] = numbers } else { baselineFailure = wave }
        case .waveStarted(let wave):
            self.wave = wave
            gate = .closed
            gateFailure = nil
            awaitedRetries = nil
            for point in hookPoints(of: wave) { hooks.begin(point) }
            openQueue(of: wave)
        case .retriesAwaited(let wave):
            awaitedRetries = wave
        case .waveRepeated(let wave):
            guard course == .forward, wave == self.wave else { return }
            awaitedRetries = nil
            repeats[wave, default: 0] += 1
            // What is changed after the gate's yes has to be asked about, too.
            if gate == .passed { gate = .closed }
            tryAgain([.retrying, .deferred], in: wave)
            openQueue(of: wave)
        case .targetsDeferred(let targets):
            awaitedTargets = targets
        case .environmentPassed(let environment, _):
            passedEnvironments.insert(environment)
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
            pendingHalt = nil
            // What an operator says last holds: a rollback that they ask for does not wait for the end of their pause.
            if reason.environment == nil { pausedBy = nil }
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
        case .some where report.isTransient && mayRetry(progress, in: place):
            progress.phase = .retrying
            progress.retries += 1
        case .some:
            progress.phase = .failed
            progress.hasFailed = true
            failures[place, default: 0] += 1
        }
        targets[target] = progress
        if report.touched(from: planned.route.from) ?? progress.isTouched {
            touch(target)
        } else {
            targets[target]?.isTouched = false
            if progress.phase == .changed { targets[target]?.phase = .unchanged }
        }
    }

    private func mayRetry(_ progress: TargetProgress, in place: WaveID) -> Bool {
        course == .forward && progress.retries < plan.environments[place.environment].rules.retries
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

    /// Whether an operator's stop, or a halt that cancels what is in flight, and nothing else ended it. A state that could
    /// not be read any more is found out by the resume; only a dirty one is a failure.
    private func isStopped(_ report: TargetReport) -> Bool {
        guard report.failure?.kind == .cancelled, report.after?.isDirty != true else { return false }
        if case .halted = course { return true }
        return isStopping
    }

    mutating func touch(_ target: TargetID) {
        guard targets[target]?.isTouched == false else { return }
        targets[target]?.isTouched = true
        changeOrder.append(target)
    }

    mutating func openQueue(of wave: WaveID) {
        guard let waiting = plannedWave(wave)?.targets.filter({ targets[$0.target.id]?.phase == .pending }) else {
            return
        }
        let environment = plan.environments[wave.environment]
        queue = LimitedQueue(
            waiting.map { LimitedQueue.Item(target: $0.target, migrations: $0.route.limitedMigrations) },
            concurrency: environment.rules.concurrency, perHost: environment.rules.perHost)
    }

    mutating func openRevertGroups(_ order: [TargetID]) {
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
            concurrency: environment.rules.concurrency, perHost: environment.rules.perHost)
    }
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

    /// Whether nothing is wrong with the migration and another try may do, as far as can be told.
    var isTransient: Bool {
        guard after?.isDirty != true else { return false }
        return switch failure?.kind {
        case .unreachable, .connectionLost, .lockHeld, .lockTimeout: true
        default: false
        }
    }
}
