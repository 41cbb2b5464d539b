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
    /// How long a look at the catalogs may take, and wait for locks of others (views are printed under one).
    private static let limit = Duration.seconds(120)
    private static let tries = 3

    /// Computes the fingerprint of the schema on the server: one round trip, some hundred bytes, nothing is changed.
    ///
    /// Known after a look at the version.
    /// - Parameter earlier: a mark with which the schema's fingerprint is known; where it still holds, nothing is computed.
    /// - Throws: when the home cannot be used, and when the catalogs went on changing while they were read.
    public func fingerprint(
        _ scope: CatalogScope, since earlier: CatalogMark? = nil
    ) async throws(TargetFailure) -> SchemaLook {
        if let earlier {
            let answer = try await consistently([], scope)
            if answer.mark.provesNoChange(since: earlier) {
                return SchemaLook(home: answer.home, mark: answer.mark, fingerprint: nil)
            }
        }
        return try await digests(scope, isInside: false)
    }

    /// As `fingerprint`, in the transaction that is open, with what it has changed so far; it goes on as it was. Where the
    /// look fails, it is rolled back.
    package func fingerprintInTransaction(_ scope: CatalogScope) async throws(TargetFailure) -> SchemaFingerprint? {
        try await digests(scope, isInside: true).fingerprint
    }

    private func digests(_ scope: CatalogScope, isInside: Bool) async throws(TargetFailure) -> SchemaLook {
        let question = CatalogText.digests(scope, tool: tool, server: serverVersion)
        let answer = try await consistently([question], scope, isInside: isInside)
        var parts: [ObjectKind: SchemaFingerprint.Part] = [:]
        for row in answer.rows[0] {
            guard let kind = row[0].flatMap(ObjectKind.init), let count = row[1].flatMap({ Int($0) }),
                let digest = row[2]
            else { continue }
            parts[kind] = SchemaFingerprint.Part(count: count, digest: digest)
        }
        return SchemaLook(
            home: answer.home, mark: answer.mark,
            fingerprint: SchemaFingerprint(parts: parts, server: serverVersion))
    }

    /// Reads the schema's objects: one round trip, nothing is changed. Known after a look at the version.
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
        let question = CatalogText.objects(scope, tool: tool, server: serverVersion, kinds: kinds)
        let answer = try await consistently([question], scope, isInside: isInside)
        let objects = answer.rows[0].compactMap { row -> SchemaObject? in
            guard let kind = row[0].flatMap(ObjectKind.init), let name = row[1], let definition = row[3] else {
                return nil
            }
            return SchemaObject(kind: kind, name: name, parent: row[2], definition: definition)
        }
        return SchemaSnapshot(scope: scope, home: answer.home, server: serverVersion, objects: objects)
    }

    private var tool: ToolTable? { versionTable.map { ToolTable(schema: $0.schema, name: $0.name) } }

    /// Asks in one repeatable-read transaction, and again where the catalogs changed meanwhile: definitions are printed
    /// from what is committed at that moment and not from the snapshot (`pg_get_*def` use the server's caches).
    private func consistently(
        _ questions: [String], _ scope: CatalogScope, isInside: Bool = false
    ) async throws(TargetFailure) -> CatalogAnswer {
        let statements = CatalogText.statements(questions, scope, isInside: isInside)
        for attempt in 1...Self.tries {
            let outcomes = try await read(statements, within: Self.limit)
            do throws(CatalogAnswer.Obstacle) {
                return try CatalogAnswer(outcomes, questions: questions.count)
            } catch {
                switch error {
                case .home(let failure): throw failure
                case .server(let error):
                    // Objects vanish under the feet of what prints them: "cache lookup failed", or a name that is gone.
                    let mayPass = error.sqlState.map { ["XX", "42"].contains($0.errorClass) } ?? false
                    guard mayPass, !isInside, attempt < Self.tries else { throw failure(reading: error) }
                case .changing: continue
                }
            }
        }
        throw TargetFailure(
            kind: .sql, message: "The schema went on changing while it was read, \(Self.tries) times",
            consequence: "Nothing was changed", remedy: "Look again when whoever changes it is done")
    }
}
