internal import Crypto
internal import Migrations

/// What tells whether two schemas are the same without sending either: a digest for each kind of object.
public struct SchemaFingerprint: Sendable, Hashable, Codable {
    /// One kind's objects.
    public struct Part: Sendable, Hashable, Codable {
        /// How many there are.
        public let count: Int
        /// SHA-256 of their names and definitions in order, in hexadecimal.
        public let digest: String
    }

    /// Kinds of which there are no objects are missing.
    public let parts: [ObjectKind: Part]
    /// The server that printed the definitions: 150004 is 15.4.
    public let server: Int

    /// The kinds in which two schemas differ, as far as their servers print alike.
    public func kinds(differingFrom other: SchemaFingerprint) -> Set<ObjectKind> {
        Set(Set(parts.keys).union(other.parts.keys).filter { parts[$0] != other.parts[$0] })
    }

    /// Short enough for a table's cell; equal where all parts are.
    public var short: String {
        let text = parts.sorted { $0.key < $1.key }.map { "\($0.key.rawValue) \($0.value.digest)" }.joined(
            separator: "\n")
        return String(SHA256.hash(data: Array(text.utf8)).hex.prefix(12))
    }
}
