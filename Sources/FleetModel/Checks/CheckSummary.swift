/// What a check of a fleet came to, as it is kept.
public struct CheckSummary: Sendable, Hashable, Codable {
    /// What schemas were compared with: `expected`, `majority`, or a target's name.
    public let against: String
    /// How long it took.
    public let seconds: Double
    /// Who asked for it.
    public let by: String
    /// The targets that were asked, by what was found of each.
    public let targets: [CheckVerdict: [TargetID]]
    /// How many findings of each severity there were, accepted ones not counted.
    public let findings: [String: Int]
    /// The folders of migrations whose ways down were proven, by what was found of each; nil where none was.
    public let files: [CheckVerdict: [TargetID]]?

    /// Makes a summary.
    public init(
        against: String, seconds: Double, by: String, targets: [CheckVerdict: [TargetID]], findings: [String: Int],
        files: [CheckVerdict: [TargetID]] = [:]
    ) {
        self.against = against
        self.seconds = seconds
        self.by = by
        self.targets = targets
        self.findings = findings
        self.files = files.isEmpty ? nil : files
    }

    /// All targets that were asked.
    public var asked: [TargetID] { targets.values.flatMap(\.self) }
    /// All that findings can be of: the targets that were asked, and the files whose ways down were proven.
    public var subjects: [TargetID] { asked + (files ?? [:]).values.flatMap(\.self) }
}

/// What a check found a target to be. The raw values are words of output.
public enum CheckVerdict: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
    /// It looks as its version should, or as most others on its version.
    case consistent
    /// It differs in what was accepted, and in nothing else.
    case accepted
    /// There is nothing to compare it with.
    case unknown
    /// It differs.
    case drift
    /// A migration began there and did not end.
    case dirty
    /// It could not be looked at.
    case unreachable
}

/// A difference that is meant to be.
public struct AcceptedDrift: Sendable, Hashable, Codable {
    /// Pattern (`*`, `?`) of the targets' names.
    public let targets: String
    /// Pattern of the findings, such as `extra index *_tmp`.
    public let findings: String
    /// Why.
    public let reason: String
    /// Who says so.
    public let by: String
    /// When it was said, in milliseconds since 1970-01-01 UTC.
    public let milliseconds: Int64
    /// From when on it counts no more; nil for never.
    public let expiresMilliseconds: Int64?

    /// Makes an acceptance.
    public init(
        targets: String, findings: String, reason: String, by: String, milliseconds: Int64, expiresMilliseconds: Int64?
    ) {
        self.targets = targets
        self.findings = findings
        self.reason = reason
        self.by = by
        self.milliseconds = milliseconds
        self.expiresMilliseconds = expiresMilliseconds
    }
}
