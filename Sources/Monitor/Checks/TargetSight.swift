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

    /// Looks: a round trip for the version, two for the schema, one for the history. Where the schema was seen before, one
    /// for the mark mostly saves those for the schema.
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

extension TargetSight {
    /// Looks at neighbours of a target over its session, after a look at that: some round trips for all of them.
    ///
    /// - Parameter scope: of one that is a schema, whichever.
    /// - Returns: what was found of each of which there is a plain answer; nil where the session is of no further use.
    static func look(
        at targets: [Target], over session: TargetSession, _ scope: CatalogScope, files: MigrationSet?,
        kept: [TargetID: Kept]
    ) async -> [TargetID: TargetSight]? {
        let looks = await session.look(at: targets, among: files?.versions ?? [], searchesHistory: files != nil)
        guard let looks else { return nil }
        let bySchema = Dictionary(targets.compactMap { target in target.schema.map { ($0, target.id) } }) { first, _ in
            first
        }.filter { looks[$0.value] != nil }
        guard !bySchema.isEmpty else { return [:] }
        do throws(TargetFailure) {
            let found = try await session.fingerprints(
                of: bySchema.keys.sorted(), scope, since: bySchema.compactMapValues { kept[$0]?.mark })
            var edited: [String: [Version]]?
            if let files {
                let versions = bySchema.compactMapValues { looks[$0]?.record.state.version }
                edited = try await session.appliedFiles(of: versions, comparedWith: files)
            }
            var sights: [TargetID: TargetSight] = [:]
            for (schema, id) in bySchema {
                guard let look = looks[id], let seen = found[schema],
                    let fingerprint = seen.fingerprint ?? kept[id]?.fingerprint
                else { continue }
                sights[id] = TargetSight(
                    record: look.record, home: seen.home, fingerprint: fingerprint, mark: seen.mark,
                    edited: edited?[schema] ?? [], neverApplied: look.neverApplied)
            }
            return sights
        } catch {
            // What is the matter with one of them, a look at it alone says.
            return nil
        }
    }
}

extension FleetTarget {
    /// How its schema is looked at.
    func scope(_ rules: CheckRules) -> CatalogScope {
        CatalogScope(home: target.schema, isHomeOnly: target.schema != nil, rules: rules)
    }
}
