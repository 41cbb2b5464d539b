/// How much harm a statement that waits for a lock may do to the sessions that queue behind it.
///
/// Counted in sessions × seconds: four sessions blocked for three seconds are twelve.
public struct DamageGuard: Sendable, Hashable, Codable {
    /// For one try of a migration; when it is spent, the wait is cancelled.
    public let perTry: Double
    /// For all tries of a migration on one target; when it is spent, no further try begins.
    public let perRun: Double

    /// Makes a guard.
    public init(perTry: Double, perRun: Double) {
        self.perTry = perTry
        self.perRun = perRun
    }

    /// 10 session-seconds a try, 20 in all: GitLab's figures.
    public static let standard = DamageGuard(perTry: 10, perRun: 20)
}
