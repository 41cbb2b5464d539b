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

    /// Compares what was found with the target's files.
    public init(_ entry: Survey.Entry, files: MigrationSet) {
        switch entry.found {
        case .failure(let failure):
            self.init(.unreachable, nil, [], failure)
        case .success(let state):
            let pending = try? files.pending(after: state.version)
            if state.isDirty {
                self.init(.dirty, state, pending ?? [], nil, entry.progress)
            } else if let pending {
                self.init(pending.isEmpty ? .current : .behind, state, pending, nil)
            } else {
                self.init(.ahead, state, [], .unknownVersion(state.version, in: files))
            }
        }
    }

    private init(
        _ kind: Kind, _ state: VersionState?, _ pending: [Version], _ failure: TargetFailure?,
        _ progress: StatementProgress? = nil
    ) {
        self.kind = kind
        self.state = state
        self.pending = pending
        self.failure = failure
        self.progress = progress
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
