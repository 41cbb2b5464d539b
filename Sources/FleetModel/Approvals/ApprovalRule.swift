/// Who must say yes before a rollout goes on.
public struct ApprovalRule: Sendable, Hashable, Codable {
    /// How many different people; at least 1.
    public let count: Int
    /// The login names or groups that may; empty means anyone who can reach the store.
    public let from: [String]
    /// Whether who started the rollout may be one of them.
    public let allowsRequester: Bool

    /// Makes a rule; one person other than the requester by default.
    public init(count: Int = 1, from: [String] = [], allowsRequester: Bool = false) {
        self.count = count
        self.from = from
        self.allowsRequester = allowsRequester
    }

    /// Why someone's approval does not count; nil where it does.
    public func objection(to person: Operator, groups: [String], requester: String?) -> Objection? {
        if !allowsRequester, person.user == requester { return .isRequester }
        if from.isEmpty || from.contains(person.user) || groups.contains(where: from.contains) { return nil }
        return .isNotAmong(from)
    }

    /// Why an approval does not count.
    public enum Objection: Sendable, Hashable {
        /// Who asks is not who approves.
        case isRequester
        /// Only these people and groups may.
        case isNotAmong([String])
    }
}

/// What waits for an approval: an environment before its first wave, or whatever comes after one of its waves.
public struct ApprovalScope: Sendable, Hashable {
    /// The environment's name.
    public let environment: String
    /// The wave after which it is awaited; nil before the first one.
    public let wave: String?

    /// Names what waits.
    public init(environment: String, wave: String? = nil) {
        self.environment = environment
        self.wave = wave
    }

    /// Reads `environment` or `environment/wave`.
    public init(text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(environment: String(parts[0]), wave: parts.count > 1 ? String(parts[1]) : nil)
    }
}

extension ApprovalScope: CustomStringConvertible {
    public var description: String { wave.map { "\(environment)/\($0)" } ?? environment }
}

extension ApprovalScope: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(text: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
