public import FleetModel

/// All that a version table says.
public struct VersionRecord: Sendable, Hashable {
    /// The version, and whether a migration began there and did not end.
    public let state: VersionState
    /// The versions that are applied; `nil` where the tool keeps no more than the newest (golang-migrate).
    public let applied: Set<Version>?
    /// Every version up to this one counts as applied without having been run (Flyway's baseline).
    public let baseline: Version?

    /// Nothing was ever applied.
    public static let empty = VersionRecord(state: .empty)

    init(state: VersionState, applied: Set<Version>? = nil, baseline: Version? = nil) {
        self.state = state
        self.applied = applied
        self.baseline = baseline
    }

    /// The newest of the applied versions is the one that the target is on.
    init(applied: Set<Version>, baseline: Version? = nil) {
        self.init(
            state: VersionState(version: applied.max()), applied: applied, baseline: baseline)
    }

    /// The same, where the target's own progress tells of a migration that began and did not end and the tool's table
    /// has no mark for one.
    func marked(by progress: StatementProgress?) -> VersionRecord {
        guard let progress else { return self }
        return VersionRecord(
            state: VersionState(version: progress.leadsTo, isDirty: true), applied: applied, baseline: baseline)
    }

    /// The same, where the history tells that a step failed after statements of it had lasted, unless the table tells that the
    /// step was taken since.
    func marked(halfway version: Version, _ direction: Direction) -> VersionRecord {
        guard let applied, applied.contains(version) == (direction == .down) else { return self }
        let leadsTo = direction == .up ? version : applied.filter { $0 < version }.max()
        return VersionRecord(
            state: VersionState(version: leadsTo, isDirty: true), applied: applied, baseline: baseline)
    }

    /// The versions among some that lie below the target's and were never applied there; empty where the table cannot
    /// tell.
    public func neverApplied(among versions: [Version]) -> [Version] {
        guard let applied, let current = state.version else { return [] }
        return versions.filter { version in
            version < current && !applied.contains(version) && baseline.map { version > $0 } ?? true
        }
    }
}

/// Why rows are not those of the version table that they were taken for.
enum UnreadableVersion: Error, Hashable {
    /// More rows than the tool ever leaves.
    case severalRows
    /// A version below zero.
    case negative(String)
    /// A version that is not one number.
    case notANumber(String)
    /// The columns are another tool's.
    case notATableOfVersions

    /// Whether the rows are wrong and not the table.
    var isOfRows: Bool {
        switch self {
        case .severalRows, .negative, .notANumber: true
        case .notATableOfVersions: false
        }
    }
}
