/// How often, and how far apart, a migration that waited too long for a lock is tried again.
public struct LockRetry: Sendable, Hashable, Codable {
    /// Tries in all, the first included; at least 1.
    public let attempts: Int
    /// The pause before the second try; later ones double.
    public let initial: Duration
    /// The longest pause.
    public let max: Duration
    /// No further try begins once so much time has passed since the first, however many are left.
    public let budget: Duration

    /// Makes a rule.
    public init(attempts: Int, initial: Duration, max: Duration, budget: Duration = .seconds(600)) {
        self.attempts = attempts
        self.initial = initial
        self.max = max
        self.budget = budget
    }

    /// 30 tries, 1 s to 60 s apart, for 10 minutes.
    public static let standard = LockRetry(attempts: 30, initial: .seconds(1), max: .seconds(60))

    /// One try and no more.
    public static let never = LockRetry(attempts: 1, initial: .zero, max: .zero)

    /// A random pause before the next try, from nothing up to twice the bound of the pause before ("full jitter"), so
    /// that targets which collided do not collide again.
    ///
    /// - Parameter tries: how many were made, at least 1.
    public func pause(after tries: Int, using random: inout some RandomNumberGenerator) -> Duration {
        let bound = Swift.min(max, initial * (1 << Swift.min(tries - 1, 20)))
        return .nanoseconds(Int64.random(in: 0...Swift.max(0, Int64(bound.seconds * 1e9)), using: &random))
    }
}
