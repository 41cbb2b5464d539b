public import FleetModel
public import Migrations

/// What the ways down of migration files come to, as they were run on scratch.
public struct DownProof: Sendable, Hashable, Codable {
    /// How far it got: the newest version whose way down is told of; nil for none.
    public internal(set) var newest: Version?
    /// What is wrong with ways down, in the order of the versions.
    public internal(set) var faults: [DownFault]
    /// Why it ended before the newest version of the files; nil where it did not.
    public internal(set) var obstacle: String?

    init(newest: Version? = nil, faults: [DownFault] = [], obstacle: String? = nil) {
        self.newest = newest
        self.faults = faults
        self.obstacle = obstacle
    }

    /// The proof with the places of failures in these files, which are those of the proof and may lie elsewhere now.
    public func placed(in set: MigrationSet) -> DownProof {
        var proof = self
        proof.faults = faults.map { $0.placed(in: set) }
        return proof
    }
}

/// What is wrong with the way down of one version.
public struct DownFault: Sendable, Hashable, Codable {
    /// What happened.
    public enum Kind: Sendable, Hashable, Codable {
        /// There is no file for the way down.
        case missing
        /// The down fails.
        case fails(TargetFailure)
        /// After the down the schema is not what it was before the up: what is expected is what was before.
        case restoresNot([SchemaFinding])
        /// After the down, the up fails.
        case upFails(TargetFailure)
        /// After the down, the up leads to another schema than the first time: what is expected is what was then.
        case upDiffers([SchemaFinding])
    }

    /// The version that is gone back over.
    public let version: Version
    /// What happened.
    public let kind: Kind

    func placed(in set: MigrationSet) -> DownFault {
        switch kind {
        case .fails(let failure): DownFault(version: version, kind: .fails(failure.placed(set, version, .down)))
        case .upFails(let failure): DownFault(version: version, kind: .upFails(failure.placed(set, version, .up)))
        case .missing, .restoresNot, .upDiffers: self
        }
    }
}

extension TargetFailure {
    fileprivate func placed(_ set: MigrationSet, _ version: Version, _ direction: Direction) -> TargetFailure {
        guard let file = set.migration(version)?.file(direction) else { return self }
        var failure = self
        failure.place?.file = file.path
        return failure
    }
}
