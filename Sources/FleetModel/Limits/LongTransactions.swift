/// What is done about transactions of others that have been open for long on tables which a migration touches.
public struct LongTransactions: Sendable, Hashable, Codable {
    /// What is done about them.
    public enum Action: String, Sendable, Hashable, Codable, CaseIterable {
        /// They are told of, and the migration goes on.
        case show
        /// The migration begins when they have ended.
        case wait
        /// The target is refused.
        case refuse
        /// They are not looked for.
        case ignore
    }

    /// What is done about them.
    public let action: Action
    /// How long a transaction must have been open to count.
    public let olderThan: Duration

    /// Makes a rule.
    public init(action: Action, olderThan: Duration) {
        self.action = action
        self.olderThan = olderThan
    }

    /// Shown from a minute on.
    public static let standard = LongTransactions(action: .show, olderThan: .seconds(60))
}
