/// The name of a rollout: the UTC time at which it was made and four random characters, so that names sort by age.
public struct RolloutID: Sendable, Hashable, Comparable, Codable, RawRepresentable {
    /// The text as it is typed and printed.
    public let rawValue: String

    /// Takes the text as it is.
    public init(rawValue: String) { self.rawValue = rawValue }

    public static func < (left: RolloutID, right: RolloutID) -> Bool { left.rawValue < right.rawValue }
}

extension RolloutID: CustomStringConvertible {
    public var description: String { rawValue }
}
