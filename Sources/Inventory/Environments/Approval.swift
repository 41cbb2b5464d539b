/// Who must say yes before an environment's rollout begins.
public struct Approval: Sendable, Hashable, Codable {
    /// How many different people; at least 1.
    public let count: Int
    /// The names or groups that may; empty means anyone who can reach the store.
    public let from: [String]

    /// Makes a rule.
    public init(count: Int = 1, from: [String] = []) {
        self.count = count
        self.from = from
    }
}
