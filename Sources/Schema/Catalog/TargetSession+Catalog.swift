public import FleetModel
public import Migrations
internal import Postgres

/// What one look at a database's schema found.
public struct SchemaLook: Sendable {
    /// The schema whose objects have no schema before their names.
    public let home: String
    /// What proves later that nothing has changed.
    public let mark: CatalogMark
    /// The digests; nil where the mark proved that the earlier ones hold.
    public let fingerprint: SchemaFingerprint?
}

extension TargetSession {
    /// Computes the fingerprint of the schema on the server: two round trips, some hundred bytes, nothing is changed.
    ///
    /// Known after a look at the version.
    /// - Parameter earlier: a mark with which the schema's fingerprint is known; where it still holds, which takes one round
    ///   trip to know, nothing is computed.
    /// - Throws: when the home cannot be used, and when the catalogs went on changing while they were read.
    public func fingerprint(
        _ scope: CatalogScope, since earlier: CatalogMark? = nil
    ) async throws(TargetFailure) -> SchemaLook {
        try await digests(scope, since: earlier, isInside: false)
    }

    /// As `fingerprint`, in the transaction that is open, with what it has changed so far; it goes on as it was. Where the
    /// look fails, it is rolled back.
    package func fingerprintInTransaction(_ scope: CatalogScope) async throws(TargetFailure) -> SchemaFingerprint? {
        try await digests(scope, since: nil, isInside: true).fingerprint
    }

    private func digests(
        _ scope: CatalogScope, since earlier: CatalogMark?, isInside: Bool
    ) async throws(TargetFailure) -> SchemaLook {
        if scope.isHomeOnly, let home = scope.home {
            let looks = try await digests(
                CatalogQuestion(scope: scope, schemas: [home], tool: tool, isInside: isInside),
                since: earlier.map { [home: $0] } ?? [:])
            guard let found = looks[home] else { throw HomeProblem.unusable(home).failure }
            return found
        }
        let question = CatalogQuestion(scope: scope, tool: tool, isInside: isInside)
        if let earlier {
            let glance = try await glance(question)
            if glance.mark.provesNoChange(since: earlier) {
                return SchemaLook(home: glance.schemas[0], mark: glance.mark, fingerprint: nil)
            }
        }
        let (glance, rows) = try await consistently(question, CatalogText.digests)
        let parts = Dictionary(rows.compactMap(Self.part)) { first, _ in first }
        return SchemaLook(
            home: glance.schemas[0], mark: glance.mark,
            fingerprint: SchemaFingerprint(parts: parts, server: serverVersion))
    }

    /// As `fingerprint`, of several schemas of the database at once, each as one for itself, with a version table of its own
    /// that is called as this target's.
    ///
    /// - Parameters:
    ///   - scope: one of a home only; whose, does not matter.
    ///   - earlier: marks with which schemas' fingerprints are known.
    /// - Returns: a look at each that there is and that the role may use.
    public func fingerprints(
        of schemas: [String], _ scope: CatalogScope, since earlier: [String: CatalogMark]
    ) async throws(TargetFailure) -> [String: SchemaLook] {
        try await digests(
            CatalogQuestion(scope: scope, schemas: schemas, tool: versionTable.map { (nil, $0.name) }), since: earlier)
    }

    private func digests(
        _ question: CatalogQuestion, since earlier: [String: CatalogMark]
    ) async throws(TargetFailure) -> [String: SchemaLook] {
        var looks: [String: SchemaLook] = [:]
        var question = question
        if !earlier.isEmpty {
            let glance = try await glance(question)
            for schema in glance.schemas {
                guard let mark = earlier[schema], glance.mark.provesNoChange(since: mark) else { continue }
                looks[schema] = SchemaLook(home: schema, mark: glance.mark, fingerprint: nil)
            }
            question.schemas = glance.schemas.filter { looks[$0] == nil }
            if question.schemas == [] { return looks }
        }
        let (glance, rows) = try await consistently(question, CatalogText.digests)
        var parts: [String: [ObjectKind: SchemaFingerprint.Part]] = [:]
        for row in rows {
            guard let (kind, part) = Self.part(row), let schema = row[3] else { continue }
            parts[schema, default: [:]][kind] = part
        }
        for schema in glance.schemas {
            looks[schema] = SchemaLook(
                home: schema, mark: glance.mark,
                fingerprint: SchemaFingerprint(parts: parts[schema] ?? [:], server: serverVersion))
        }
        return looks
    }

    private static func part(_ row: Row) -> (ObjectKind, SchemaFingerprint.Part)? {
        guard let kind = row[0].flatMap(ObjectKind.init), let count = row[1].flatMap({ Int($0) }), let digest = row[2]
        else { return nil }
        return (kind, SchemaFingerprint.Part(count: count, digest: digest))
    }

    /// Reads the schema's objects: two round trips, nothing is changed. Known after a look at the version.
    ///
    /// - Parameter kinds: only these; nil for all of the scope.
    /// - Throws: as `fingerprint`.
    public func snapshot(
        _ scope: CatalogScope, of kinds: Set<ObjectKind>? = nil
    ) async throws(TargetFailure) -> SchemaSnapshot {
        try await objects(scope, of: kinds, isInside: false)
    }

    /// As `snapshot`, in the transaction that is open; see `fingerprintInTransaction`.
    package func snapshotInTransaction(
        _ scope: CatalogScope, of kinds: Set<ObjectKind>? = nil
    ) async throws(TargetFailure) -> SchemaSnapshot {
        try await objects(scope, of: kinds, isInside: true)
    }

    private func objects(
        _ scope: CatalogScope, of kinds: Set<ObjectKind>?, isInside: Bool
    ) async throws(TargetFailure) -> SchemaSnapshot {
        let question = CatalogQuestion(scope: scope, tool: tool, isInside: isInside)
        let (glance, rows) = try await consistently(question) { CatalogText.objects($0, kinds: kinds) }
        let objects = rows.compactMap { row -> SchemaObject? in
            guard let kind = row[0].flatMap(ObjectKind.init), let name = row[1], let definition = row[3] else {
                return nil
            }
            return SchemaObject(kind: kind, name: name, parent: row[2], definition: definition)
        }
        return SchemaSnapshot(scope: scope, home: glance.schemas[0], server: serverVersion, objects: objects)
    }

    private var tool: (schema: String?, name: String)? { versionTable.map { ($0.schema, $0.name) } }
}
