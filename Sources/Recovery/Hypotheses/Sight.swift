internal import FleetModel
internal import Migrations
internal import Schema

/// What a schema was like when it was looked at, in full. Sights one after the other share what did not change.
struct Sight: Sendable {
    let fingerprint: SchemaFingerprint
    private let scope: CatalogScope
    private let home: String
    private var objects: [ObjectKind: [SchemaObject]]

    init(fingerprint: SchemaFingerprint, snapshot: SchemaSnapshot) {
        self.fingerprint = fingerprint
        scope = snapshot.scope
        home = snapshot.home
        objects = Dictionary(grouping: snapshot.objects.values, by: \.identity.kind)
    }

    /// The sight after something has changed, by the kinds in which it has.
    func followed(by fingerprint: SchemaFingerprint, _ changed: SchemaSnapshot, of kinds: Set<ObjectKind>) -> Sight {
        var next = Sight(fingerprint: fingerprint, snapshot: changed)
        next.objects.merge(objects.filter { !kinds.contains($0.key) }) { new, _ in new }
        return next
    }

    /// All objects, or those of some kinds.
    func snapshot(of kinds: Set<ObjectKind>? = nil) -> SchemaSnapshot {
        SchemaSnapshot(
            scope: scope, home: home, server: fingerprint.server,
            objects: objects.filter { kinds?.contains($0.key) ?? true }.flatMap(\.value))
    }

    /// The differences of a live schema from this one; empty where they are the same.
    func differences(of live: Sight) -> [SchemaFinding] {
        let kinds = live.fingerprint.kinds(differingFrom: fingerprint)
        guard !kinds.isEmpty else { return [] }
        return SchemaDifference(expected: snapshot(of: kinds), live: live.snapshot(of: kinds), kinds: kinds).findings
    }
}

/// The sights of a scratch database, one after the other. A look after nothing has changed costs no more than a mark, and
/// any other one reads only the kinds that have changed.
struct Sights {
    let scope: CatalogScope
    private var last: (mark: CatalogMark?, sight: Sight)?

    /// - Parameter first: what the database is known to be like.
    init(scope: CatalogScope, first: Sight? = nil) {
        self.scope = scope
        last = first.map { (nil, $0) }
    }

    /// What the last look found.
    var latest: SchemaFingerprint? { last?.sight.fingerprint }

    mutating func look(_ session: TargetSession) async throws(TargetFailure) -> Sight {
        guard let last else {
            let look = try await session.fingerprint(scope)
            guard let fingerprint = look.fingerprint else { throw .withoutFingerprint }
            let sight = Sight(fingerprint: fingerprint, snapshot: try await session.snapshot(scope))
            self.last = (look.mark, sight)
            return sight
        }
        let look = try await session.fingerprint(scope, since: last.mark)
        var sight = last.sight
        if let fingerprint = look.fingerprint, fingerprint != sight.fingerprint {
            let kinds = fingerprint.kinds(differingFrom: sight.fingerprint)
            sight = sight.followed(by: fingerprint, try await session.snapshot(scope, of: kinds), of: kinds)
        }
        self.last = (look.mark, sight)
        return sight
    }
}

extension TargetSession {
    /// Looks at the schema: its fingerprint, and its objects.
    func sight(_ scope: CatalogScope) async throws(TargetFailure) -> Sight {
        guard let fingerprint = try await fingerprint(scope).fingerprint else { throw .withoutFingerprint }
        return Sight(fingerprint: fingerprint, snapshot: try await snapshot(scope))
    }

    /// As `sight`, in the transaction that is open.
    func sightInTransaction(_ scope: CatalogScope) async throws(TargetFailure) -> Sight {
        guard let fingerprint = try await fingerprintInTransaction(scope) else { throw .withoutFingerprint }
        return Sight(fingerprint: fingerprint, snapshot: try await snapshotInTransaction(scope))
    }
}

extension TargetFailure {
    static let withoutFingerprint = TargetFailure(kind: .sql, message: "The schema's fingerprint was not computed")
}
