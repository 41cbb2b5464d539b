/// How often, and how far apart, a migration that waited too long for a lock is tried again.
public struct LockRetry: Sendable, Hashable, Codable {
    /// Tries in all, the first included; at least 1.
    public let attempts: Int
    /// The pause before the second try; later ones double.
    public let initial: Duration
    /// The longest pause.
    public let max: Duration

    /// Makes a rule.
    public init(attempts: Int, initial: Duration, max: Duration) {
        self.attempts = attempts
        self.initial = initial
        self.max = max
    }

    /// 30 tries, 1 s to 60 s apart.
    public static let standard = LockRetry(attempts: 30, initial: .seconds(1), max: .seconds(60))
}
