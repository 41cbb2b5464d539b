public import Foundation

/// A snapshot as a file: JSON that says what it is, made to be kept and compared later.
public struct SnapshotFile: Sendable, Hashable, Codable {
    /// Raised when older programs would read a file wrongly.
    public static let version = 1

    /// What it is: `pgfleet-schema`.
    public let format: String
    public let formatVersion: Int
    /// What was looked at, for people.
    public let source: String
    public let scope: CatalogScope
    public let home: String
    public let server: Int
    public let objects: [SchemaObject]

    /// Takes a snapshot, its objects in order.
    public init(_ snapshot: SchemaSnapshot, source: String) {
        format = "pgfleet-schema"
        formatVersion = Self.version
        self.source = source
        scope = snapshot.scope
        home = snapshot.home
        server = snapshot.server
        objects = snapshot.sorted
    }

    /// The snapshot that it holds.
    public var snapshot: SchemaSnapshot { SchemaSnapshot(scope: scope, home: home, server: server, objects: objects) }

    /// The file's bytes; the same for the same schema.
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Reads a file's bytes; `nil` for what is no snapshot, or is one of a later format.
    public static func decoded(_ data: Data) -> SnapshotFile? {
        guard let file = try? JSONDecoder().decode(SnapshotFile.self, from: data), file.format == "pgfleet-schema",
            file.formatVersion <= version
        else { return nil }
        return file
    }
}
