/// The name of a rollout: the UTC time at which it was made and four random characters, so that names sort by age.
public struct RolloutID: Sendable, Hashable, Comparable, RawRepresentable {
    /// The text as it is typed and printed.
    public let rawValue: String

    /// Takes the text as it is.
    public init(rawValue: String) { self.rawValue = rawValue }

    public static func < (left: RolloutID, right: RolloutID) -> Bool { left.rawValue < right.rawValue }
}

extension RolloutID: CustomStringConvertible {
    public var description: String { rawValue }
}

extension RolloutID: Codable {
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
