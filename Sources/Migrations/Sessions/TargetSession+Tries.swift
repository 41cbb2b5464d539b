internal import FleetModel

extension TargetSession {
    /// Takes a step; when it failed only because others held locks, takes it again after a pause.
    ///
    /// A step that is one transaction is taken again as a whole: it was rolled back. Of any other step the statement
    /// that failed is run again, where that is safe. Between the tries the session holds the migration lock and nothing
    /// else.
    /// - Throws: the last failure, with the number of tries and who was in the way: `.deferred` where there were tries
    ///   to be spent and they are, `.cancelled` when it was stopped while it waited.
    func takeInTries(_ place: StepPlace) async throws(TargetFailure) {
        _ = notices.take(of: place.step)
        let outcome: Result<Void, TargetFailure>
        do throws(TargetFailure) {
            outcome = .success(try await takeOnceOrMore(place))
        } catch {
            outcome = .failure(error)
        }
        for notice in notices.take(of: place.step) { await place.run.onNotice(notice) }
        try outcome.get()
    }

    private func takeOnceOrMore(_ place: StepPlace) async throws(TargetFailure) {
        guard place.step.isTransactional else { return try await take(place) }
        var random = SystemRandomNumberGenerator()
        let run = place.run
        var tries = LockTries(place.rules)
        let watch = lockWatch()
        while true {
            var place = place
            place.settings.lockTimeout = tries.begin()
            do throws(TargetFailure) {
                return try await take(place, watchedBy: watch)
            } catch {
                // What a try said that was rolled back is said again by the next.
                let sight = watch?.seen
                guard var failure = error.ofLocks(sight) else { throw error }
                if tries.isRetrying { failure.message += " (\(tries.count))" }
                if let holders = sight?.holders.listed { failure.message += ". The lock is held by \(holders)" }
                guard let pause = tries.pause(after: sight?.harm ?? 0, using: &random) else {
                    throw tries.isRetrying ? deferred(failure) : failure
                }
                guard await waits(pause, unless: { run.shouldStop() || run.shouldGiveUp() }) else {
                    guard run.shouldStop() || Task.isCancelled else { throw deferred(failure) }
                    failure.kind = .cancelled
                    throw failure
                }
                _ = notices.take(of: place.step)
            }
        }
    }

    /// What watches over waits for locks on this session, if the inventory wants it.
    func lockWatch() -> LockWatch? {
        guard let rule = options.rules.damageGuard, let orientation, !orientation.backendStart.isEmpty else {
            return nil
        }
        return LockWatch(settings, over: orientation, rule)
    }

    private func take(_ place: StepPlace, watchedBy watch: LockWatch?) async throws(TargetFailure) {
        guard let watch else { return try await take(place) }
        // Ends, and is waited for, with this call.
        async let _ = watch.run(over: place.settings.lockTimeout)
        try await take(place)
    }

    /// Nothing is wrong with the migration.
    func deferred(_ failure: TargetFailure) -> TargetFailure {
        var failure = failure
        failure.kind = .deferred
        failure.remedy =
            "Nothing is wrong with the migration. Run it again when it is quieter: " + texts.retry(failure.step?.to)
        return failure
    }

    /// Whether it waited to the end: false when it was asked to stop meanwhile.
    func waits(_ pause: Duration, unless shouldStop: @Sendable () -> Bool) async -> Bool {
        let end = ContinuousClock.now + pause
        while ContinuousClock.now < end {
            if shouldStop() { return false }
            do {
                try await Task.sleep(for: min(.milliseconds(200), end - ContinuousClock.now))
            } catch { return false }
        }
        return !shouldStop()
    }
}

extension TargetFailure {
    /// The failure where others were in the way and nothing is wrong with the migration, else nil: lock timeout,
    /// deadlock, serialization failure, or a wait that the watch cancelled. By SQLSTATE and never by text.
    func ofLocks(_ sight: LockWatch.Sight?) -> TargetFailure? {
        if ["55P03", "40P01", "40001"].contains(sqlState) { return self }
        guard let sight, sight.hasCancelled, sqlState == "57014" else { return nil }
        var failure = self
        failure.kind = .lockTimeout
        failure.message =
            "Its wait for a lock was cancelled, since it made others wait: \(sight.queued) "
            + "\(sight.queued == 1 ? "session" : "sessions") queued behind it, "
            + "\(Int(sight.harmOfTry.rounded())) session-seconds"
        return failure
    }
}
