public import FleetModel
internal import Schema

/// What a check found of one target.
public struct TargetCheck: Sendable {
    /// The target.
    public let target: Target
    /// What its version table says; nil where it could not be read.
    public let state: VersionState?
    /// Its schema in a few characters: the same on targets that look alike. Nil where it could not be read.
    public let fingerprint: String?
    /// What its schema was compared with, in words; nil where there was nothing.
    public let comparedWith: String?
    /// The worst first.
    public internal(set) var findings: [CheckFinding]

    /// What it comes to.
    public var verdict: CheckVerdict {
        let open = findings.filter { $0.accepted == nil && $0.severity > .note }
        if findings.contains(where: { $0.kind == .unreachable }) { return .unreachable }
        if findings.contains(where: { $0.kind == .dirty }) { return .dirty }
        if !open.isEmpty { return .drift }
        if findings.contains(where: { $0.accepted != nil }) { return .accepted }
        return comparedWith == nil ? .unknown : .consistent
    }
}

/// What a check of a fleet found.
public struct CheckReport: Sendable {
    /// Every target that was asked, in the order of the inventory.
    public internal(set) var targets: [TargetCheck]
    /// The files whose ways down were to be proven; empty where that was not asked for.
    public internal(set) var files: [FilesCheck]
    /// What schemas were compared with.
    public let against: CheckOptions.Against
    /// Why there is no expected schema for some of them; each once.
    public let remarks: [String]
    /// How long it took.
    public let seconds: Double
    /// Its number in the store; nil where it was not kept.
    public internal(set) var number: Int64?

    /// The targets of a verdict.
    public func targets(_ verdict: CheckVerdict) -> [TargetCheck] { targets.filter { $0.verdict == verdict } }

    /// The report with some findings alone.
    public func keeping(_ isKept: (CheckFinding) -> Bool) -> CheckReport {
        var report = self
        for place in report.targets.indices { report.targets[place].findings.removeAll { !isKept($0) } }
        for place in report.files.indices { report.files[place].findings.removeAll { !isKept($0) } }
        return report
    }

    /// As it is kept.
    public func summary(by: String) -> CheckSummary {
        let findings = (targets.flatMap(\.findings) + files.flatMap(\.findings)).filter { $0.accepted == nil }
        return CheckSummary(
            against: against.description, seconds: seconds, by: by,
            targets: Dictionary(grouping: targets, by: \.verdict).mapValues { $0.map(\.target.id) },
            findings: Dictionary(grouping: findings, by: \.severity.rawValue).mapValues(\.count),
            files: Dictionary(grouping: files, by: \.verdict).mapValues { $0.map(\.id) })
    }
}

/// How a fleet is checked.
public struct CheckOptions: Sendable {
    /// What schemas are compared with.
    public enum Against: Sendable, Hashable, CustomStringConvertible {
        /// What the migration files lead to, replayed on scratch; where that cannot be done, the majority.
        case expected
        /// What most targets on the same version look like.
        case majority
        /// One target.
        case target(TargetID)

        public var description: String {
            switch self {
            case .expected: "expected"
            case .majority: "majority"
            case .target(let id): "\(id)"
            }
        }
    }

    /// What with.
    public var against: Against
    /// What is ignored, and what is compared that is not always.
    public var rules: CheckRules
    /// Whether every schema is read anew, also where the catalogs prove that nothing has changed since the last check.
    public var isFull: Bool
    /// Whether the ways down of the targets' files are proven, too.
    public var provesDowns: Bool
    /// The folder from which files are named in what is kept: the inventory's.
    public var folder: String

    /// Compares with what the files lead to.
    public init(
        against: Against = .expected, rules: CheckRules = CheckRules(), isFull: Bool = false, provesDowns: Bool = false,
        folder: String = "/"
    ) {
        self.against = against
        self.rules = rules
        self.isFull = isFull
        self.provesDowns = provesDowns
        self.folder = folder
    }
}
