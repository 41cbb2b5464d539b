internal import FleetModel

/// The tries of one migration, or of one statement that is run by itself, which others' locks stand in the way of.
struct LockTries {
    /// `lock_timeout` of the first try; each later one doubles it, up to what the inventory allows.
    static let first = Duration.milliseconds(500)

    private let rules: TargetRules
    private let start = ContinuousClock.now
    /// How many were begun.
    private(set) var made = 0

    init(_ rules: TargetRules) { self.rules = rules }

    /// Whether there may be more than one.
    var isRetrying: Bool { rules.lockRetry.attempts > 1 }

    /// Begins a try.
    /// - Returns: its `lock_timeout`: short at first, as whoever comes after a waiting statement waits with it.
    mutating func begin() -> LockTimeout {
        made += 1
        return timeout(ofTry: made)
    }

    func timeout(ofTry number: Int) -> LockTimeout {
        guard isRetrying, rules.lockTimeout.duration > .zero else { return rules.lockTimeout }
        return LockTimeout(min(rules.lockTimeout.duration, Self.first * (1 << min(number - 1, 20))))
    }

    /// How long to pause before another try; nil when there is none.
    ///
    /// - Parameter harm: session-seconds that all tries so far cost others.
    func pause(after harm: Double, using random: inout some RandomNumberGenerator) -> Duration? {
        guard made < rules.lockRetry.attempts, harm < rules.damageGuard?.perRun ?? .infinity else { return nil }
        let pause = rules.lockRetry.pause(after: made, using: &random)
        return ContinuousClock.now - start + pause < rules.lockRetry.budget ? pause : nil
    }

    /// For the end of a sentence.
    var count: String { "after \(made) \(made == 1 ? "try" : "tries")" }
}
