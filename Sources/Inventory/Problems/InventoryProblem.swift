/// One thing that is wrong with the inventory: where, and what to write instead. Holds no secret.
public struct InventoryProblem: Sendable, Hashable {
    /// What a program decides on.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The file cannot be read.
        case unreadable
        /// The file is not YAML, or uses a part of YAML that is refused (tags, several documents, invalid UTF-8).
        case syntax
        /// A bound on size, depth, nodes or targets is exceeded.
        case limit
        /// A key that nothing reads.
        case unknownKey = "unknown_key"
        /// A key, a name or a target that is there twice.
        case duplicate
        /// A map where a list belongs, text where a number belongs, and so on.
        case wrongType = "wrong_type"
        /// A required key is missing.
        case missing
        /// A value of the right type that is not among the allowed ones.
        case invalid
        /// Keys or settings that exclude each other.
        case conflict
        /// A name that refers to nothing.
        case unknownName = "unknown_name"
        /// Environments that wait for each other.
        case cycle
    }

    /// What a program decides on.
    public let kind: Kind
    /// Where it is.
    public let place: SourcePlace
    /// What is wrong, in one sentence without a final stop.
    public let message: String

    /// Makes a problem.
    public init(kind: Kind, place: SourcePlace, message: String) {
        self.kind = kind
        self.place = place
        self.message = message
    }
}

extension InventoryProblem: CustomStringConvertible {
    public var description: String { "\(place): \(message)" }
}

/// All that was found wrong with an inventory in one reading, in the order of the file.
public struct InventoryError: Error, Sendable, Hashable {
    /// At least one; at most `shown` of them are kept.
    public let problems: [InventoryProblem]
    /// How many more there were.
    public let omitted: Int

    /// How many problems are kept; a file of 10,000 targets can have one mistake 10,000 times.
    public static let shown = 100

    package init(_ found: [InventoryProblem]) {
        let ordered = found.sorted { $0.place < $1.place }
        problems = Array(ordered.prefix(Self.shown))
        omitted = ordered.count - problems.count
    }
}

extension InventoryError: CustomStringConvertible {
    public var description: String {
        let lines = problems.map(\.description)
        return (omitted == 0 ? lines : lines + ["and \(omitted) more"]).joined(separator: "\n")
    }
}
