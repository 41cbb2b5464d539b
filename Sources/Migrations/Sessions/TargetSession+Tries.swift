internal import FleetModel

extension TargetSession {
    /// Takes a step; when it failed only because others held locks, takes it again after a pause.
    ///
    /// Only a step that is one transaction is taken again: it was rolled back whole. Between the tries the session holds
    /// the migration lock and nothing else.
    /// - Throws: the last failure, with the number of tries; `.cancelled` when it was stopped while it waited.
    func takeInTries(_ place: StepPlace, _ run: RunOptions) async throws(TargetFailure) {
        var random = SystemRandomNumberGenerator()
        let start = ContinuousClock.now
        var tries = 1
        while true {
            do throws(TargetFailure) {
                return try await take(place)
            } catch {
                guard error.isWorthAnotherTry, place.step.isTransactional, options.rules.lockRetry.attempts > 1 else {
                    throw error
                }
                var failure = error
                failure.message += " (after \(tries) \(tries == 1 ? "try" : "tries"))"
                guard tries < options.rules.lockRetry.attempts,
                    ContinuousClock.now - start < options.rules.lockRetry.budget
                else {
                    failure.kind = .deferred
                    throw failure
                }
                let pause = options.rules.lockRetry.pause(after: tries, using: &random)
                guard await waits(pause, unless: { run.shouldStop() || run.shouldGiveUp() }) else {
                    if run.shouldStop() || Task.isCancelled { failure.kind = .cancelled }
                    throw failure
                }
            }
            tries += 1
        }
    }

    /// Whether it waited to the end: false when it was asked to stop meanwhile.
    private func waits(_ pause: Duration, unless shouldStop: @Sendable () -> Bool) async -> Bool {
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
    /// Lock timeout, deadlock or serialization failure: others were in the way, and nothing is wrong with the migration.
    fileprivate var isWorthAnotherTry: Bool { ["55P03", "40P01", "40001"].contains(sqlState) }
}
