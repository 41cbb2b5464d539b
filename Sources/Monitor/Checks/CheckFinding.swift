public import FleetModel
public import Schema

/// Something that a check found on a target, or in the files of migrations.
public struct CheckFinding: Sendable, Hashable {
    /// What it is. The raw values are words of output.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The schema differs in one object.
        case drift
        /// A migration began there and did not end.
        case dirty
        /// It could not be looked at.
        case unreachable
        /// Versions were applied there from files that are not those at hand.
        case editedMigration = "edited_migration"
        /// Files below its version were never applied there.
        case outOfOrder = "out_of_order"
        /// An index that is not valid, a constraint that is not, a trigger that is switched off: as the migrations left it.
        case ailment
        /// A version has no file for its way down.
        case missingDown = "missing_down"
        /// A version's way down fails on scratch.
        case failingDown = "failing_down"
        /// After a version's down, the schema is not what it was before its up.
        case incompleteDown = "incomplete_down"
        /// After a version's down, its up fails, or leads to another schema than the first time.
        case upAfterDown = "up_after_down"
    }

    /// What it is.
    public let kind: Kind
    /// How much it matters.
    public let severity: SchemaFinding.Severity
    /// One line for people.
    public let title: String
    /// The same for the same finding on any target and in any check: by it a finding is new, or is accepted.
    public let key: String
    /// The object that differs.
    public let schema: SchemaFinding?
    /// The statements that would put it right, where that is certain; never run by a check. They are for a session whose
    /// search path is the target's schema.
    public let repair: [String]
    /// Why the target could not be looked at, or the file could not be run.
    public let failure: TargetFailure?
    /// The file that it is about; nil for what is about a target.
    public let file: File?
    /// The objects that differ, of what is about a file.
    public let differences: [SchemaFinding]
    /// Why it is meant to be, where someone has accepted it.
    public internal(set) var accepted: String?
    /// When it was first seen, in milliseconds since 1970-01-01 UTC; nil where checks are not kept.
    public internal(set) var sinceMilliseconds: Int64?
    /// Whether the check before had not found it.
    public internal(set) var isNew: Bool = true

    /// A file of migrations, and where in it something is.
    public struct File: Sendable, Hashable {
        /// The version that it is of.
        public let version: Version
        /// Its path.
        public let path: String
        /// The line, where it is known.
        public let line: Int?
    }

    init(
        _ kind: Kind, _ severity: SchemaFinding.Severity, _ title: String, key: String, schema: SchemaFinding? = nil,
        repair: [String] = [], failure: TargetFailure? = nil, file: File? = nil, differences: [SchemaFinding] = []
    ) {
        self.kind = kind
        self.severity = severity
        self.title = title
        self.key = key
        self.schema = schema
        self.repair = repair
        self.failure = failure
        self.file = file
        self.differences = differences
    }

    init(_ finding: SchemaFinding) {
        self.init(
            .drift, finding.severity, "\(finding.identity) \(finding.what)", key: finding.key, schema: finding,
            repair: finding.repair)
    }

    init(_ failure: TargetFailure) {
        self.init(.unreachable, .error, failure.message, key: "unreachable", failure: failure)
    }
}

extension SchemaFinding {
    /// What is wrong, in words.
    var what: String {
        switch change {
        case .missing: "is missing"
        case .extra: "should not be there"
        case .changed(expected: _, live: let live):
            switch SchemaObject(kind: identity.kind, name: "", definition: live).ailment {
            case .invalidIndex: "is not valid"
            case .unvalidatedConstraint: "is not valid for the rows that were there before"
            case .disabledTrigger: "is switched off"
            case nil: "differs"
            }
        }
    }
}
