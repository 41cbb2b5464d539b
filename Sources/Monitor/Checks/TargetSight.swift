internal import FleetModel
internal import Inventory
internal import Migrations
internal import Rollout
internal import Schema

/// What a first visit found of a target: all that fits in some hundred bytes.
struct TargetSight: Sendable {
    let record: VersionRecord
    let home: String
    let fingerprint: SchemaFingerprint
    let mark: CatalogMark
    /// Versions that were applied from other files than those at hand.
    let edited: [Version]
    /// Versions below its own that were never applied.
    let neverApplied: [Version]

    /// As it is kept for the next check.
    struct Kept: Sendable, Codable {
        let mark: CatalogMark
        let home: String
        let fingerprint: SchemaFingerprint
    }

    var kept: Kept { Kept(mark: mark, home: home, fingerprint: fingerprint) }

    /// Looks: one round trip each for the version, the schema and the history; and one for the mark where the schema was
    /// seen before, which mostly saves the one for the schema.
    static func look(
        _ session: TargetSession, _ scope: CatalogScope, files: MigrationSet?, kept: Kept?
    ) async throws(TargetFailure) -> TargetSight {
        let record = try await session.lookClosely()
        let look = try await session.fingerprint(scope, since: kept?.mark)
        guard let fingerprint = look.fingerprint ?? kept?.fingerprint else {
            throw TargetFailure(kind: .sql, message: "The schema's fingerprint was not computed")
        }
        var edited: [Version] = []
        var neverApplied: [Version] = []
        if let files, let version = record.state.version {
            if case .compared(let differing) = try await session.appliedFiles(comparedWith: files, upTo: version) {
                edited = differing
            }
            neverApplied = record.neverApplied(among: files.versions)
            if record.applied == nil { neverApplied = await session.passedOver(among: files.versions, below: version) }
        }
        return TargetSight(
            record: record, home: look.home, fingerprint: fingerprint, mark: look.mark, edited: edited,
            neverApplied: neverApplied)
    }
}

extension FleetTarget {
    /// How its schema is looked at.
    func scope(_ rules: CheckRules) -> CatalogScope {
        CatalogScope(home: target.schema, isHomeOnly: target.schema != nil, rules: rules)
    }
}
