internal import FleetModel
internal import Migrations
internal import Schema

/// What a schema was like when it was looked at, in full.
struct Sight: Sendable {
    let fingerprint: SchemaFingerprint
    let snapshot: SchemaSnapshot

    /// The differences of a live schema from this one; empty where they are the same.
    func differences(of live: Sight) -> [SchemaFinding] {
        let kinds = live.fingerprint.kinds(differingFrom: fingerprint)
        guard !kinds.isEmpty else { return [] }
        return SchemaDifference(expected: snapshot, live: live.snapshot, kinds: kinds).findings
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
