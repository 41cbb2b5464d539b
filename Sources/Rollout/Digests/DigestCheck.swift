public import FleetModel
public import Inventory
public import Migrations

/// Whether databases are good enough for a program that was built with a digest of its migrations.
public struct DigestCheck: Sendable {
    /// Why a target is not good enough.
    public enum Reason: Sendable, Hashable {
        /// A migration began there and did not end.
        case dirty
        /// It is on an earlier version, or on none.
        case behind
        /// Files below its version were never applied there.
        case neverApplied([Version])
        /// Versions were applied there from other files.
        case otherFiles([Version])
        /// The files at hand are not those of the digest, so that nothing can be said of the target.
        case otherDigest(MigrationDigest?)
        /// It could not be asked.
        case unreachable(TargetFailure)
    }

    /// What a target was found to be.
    public struct Finding: Sendable {
        /// The target.
        public let target: Target
        /// What its version table says; nil where that is not known.
        public let state: VersionState?
        /// Nil when it is good enough.
        public let reason: Reason?
        /// Whether its history was compared with the files; else only the version was.
        public let isHistoryCompared: Bool
    }

    private let digest: MigrationDigest
    private let executor: TargetExecutor
    private let library: MigrationLibrary

    /// - Parameters:
    ///   - executor: asks the targets.
    ///   - library: the files at hand, for all of the targets.
    public init(_ digest: MigrationDigest, _ executor: TargetExecutor, _ library: MigrationLibrary) {
        self.digest = digest
        self.executor = executor
        self.library = library
    }

    /// Asks each target once and changes nothing.
    ///
    /// - Throws: where the files of a target were not read.
    public func findings(for targets: [FleetTarget]) async throws(MigrationsError) -> [Finding] {
        var own: [MigrationSource: MigrationDigest?] = [:]
        for source in Set(targets.map(\.access.source)) {
            let files = try library.files(of: source)
            // Files that end below the digest's version have none that could agree with it.
            own[source] = .some(try? MigrationDigest(files, upTo: digest.version))
        }
        let survey = await executor.survey(searchesHistory: true)
        var reasons: [TargetID: Reason] = [:]
        for entry in survey.entries {
            reasons[entry.target.target.id] = reason(entry, own[entry.target.access.source] ?? nil)
        }
        let good = Set(survey.entries.map(\.target.target.id).filter { reasons[$0] == nil })
        let applied = await executor.appliedFiles(of: good, upTo: digest.version)
        return survey.entries.map { entry in
            let id = entry.target.target.id
            var (reason, isCompared) = (reasons[id], false)
            switch applied[id] {
            case .success(.compared(let differing)):
                isCompared = true
                if !differing.isEmpty { reason = .otherFiles(differing) }
            case .success(.unknown), nil: break
            case .failure(let failure): reason = .unreachable(failure)
            }
            return Finding(
                target: entry.target.target, state: try? entry.found.get(), reason: reason,
                isHistoryCompared: isCompared)
        }
    }

    private func reason(_ entry: Survey.Entry, _ own: MigrationDigest?) -> Reason? {
        switch entry.found {
        case .failure(let failure): return .unreachable(failure)
        case .success(let state):
            if state.isDirty { return .dirty }
            guard let version = state.version, version >= digest.version else { return .behind }
            guard own == digest else { return .otherDigest(own) }
            let missing = entry.neverApplied.filter { $0 <= digest.version }
            return missing.isEmpty ? nil : .neverApplied(missing)
        }
    }
}
