public import FleetModel

/// What a target's schema should look like on a version, by the migration files.
public struct ExpectedSchema: Sendable, Codable {
    /// The version; nil for nothing applied.
    public let version: Version?
    /// The digests, as that server computed them.
    public let fingerprint: SchemaFingerprint
    /// The objects.
    public let file: SnapshotFile

    /// The objects.
    public var snapshot: SchemaSnapshot { file.snapshot }
}
