public import FleetModel
public import Migrations

/// Where a target stands, compared with the files.
public struct TargetStanding: Sendable, Hashable {
    /// The names in `status` and in JSON.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// On the newest version.
        case current
        /// Clean, and some versions are not applied.
        case behind
        /// Clean, on a version that is not among the files.
        case ahead
        /// A migration began and did not end.
        case dirty
        /// Its state is not known.
        case unreachable
    }

    /// Where it stands.
    public let kind: Kind
    /// What its version table says; `nil` when it is not known.
    public let state: VersionState?
    /// The versions that are not applied; empty when that cannot be said.
    public let pending: [Version]
    /// How far the migration got that left it dirty, where the target tells.
    public let progress: StatementProgress?
    /// Why its state is not known, or what is wrong with it.
    public let failure: TargetFailure?
    /// Versions of the files that lie below its own and were never applied there, as far as its table or its history tells.
    public let neverApplied: [Version]
    /// The session of pgfleet that is at work on it.
    public let sessionAtWork: OtherSession?

    /// Compares what was found with the target's files.
    public init(_ entry: Survey.Entry, files: MigrationSet) {
        switch entry.found {
        case .failure(let failure):
            self.init(.unreachable, nil, [], failure, entry)
        case .success(let state):
            let pending = try? files.pending(after: state.version)
            if state.isDirty {
                self.init(.dirty, state, pending ?? [], nil, entry)
            } else if let pending {
                self.init(pending.isEmpty ? .current : .behind, state, pending, nil, entry)
            } else {
                self.init(.ahead, state, [], .unknownVersion(state.version, in: files), entry)
            }
        }
    }

    private init(
        _ kind: Kind, _ state: VersionState?, _ pending: [Version], _ failure: TargetFailure?,
        _ entry: Survey.Entry
    ) {
        self.kind = kind
        self.state = state
        self.pending = pending
        self.failure = failure
        progress = entry.progress
        neverApplied = entry.neverApplied
        sessionAtWork = entry.sessionAtWork
    }
}

extension TargetStanding {
    /// What keeps a plan from this target although its version is known and clean; nil where nothing does.
    public var outOfOrder: TargetFailure? {
        guard let version = neverApplied.first, let state, !state.isDirty else { return nil }
        var failure = TargetFailure.outOfOrder(version, state)
        if neverApplied.count > 1 {
            let versions = neverApplied.prefix(5).map { "\($0)" }.joined(separator: ", ")
            let more = neverApplied.count > 5 ? " and \(neverApplied.count - 5) more" : ""
            failure.message =
                "versions \(versions)\(more) lie below \(state), which the database is on, and were never applied there"
            failure.remedy = "Give their files newer versions; or pass them over with --allow out_of_order."
        }
        return failure
    }
}

extension TargetFailure {
    static func unknownVersion(_ version: Version?, in files: MigrationSet) -> TargetFailure {
        let name = version.map { String(describing: $0) } ?? "none"
        let newest = files.newest.map { " (the newest there is \($0))" } ?? ""
        return TargetFailure(
            kind: .unknownVersion,
            message: "the database is on version \(name), which is not among the files of \(files.directory)\(newest)",
            remedy:
                "Use the files that the database was migrated with; perhaps this checkout is older than the database.")
    }
}
