internal import Crypto
public import FleetModel

/// A version and a hash of all files up to it: whether two programs mean the same migrations.
///
/// The hash is SHA-256 over one line for each version, in ascending order, each ended by a line feed:
///
///     VERSION UP DOWN
///
/// VERSION is the number without leading zeros; UP and DOWN are the SHA-256 of the file for that direction as lower-case
/// hex, or `-` where the version has none. Names, titles and folders are not part of it. Where both ways are in one file
/// (dbmate, goose), what is hashed is the part that is run, as in a plan.
public struct MigrationDigest: Sendable, Hashable {
    /// The last version that it covers.
    public let version: Version
    /// SHA-256, as lower-case hex.
    public let hash: String

    /// The digest of the files up to a version.
    ///
    /// - Throws: `.unknownVersion` for a version that is not among the files.
    public init(_ files: MigrationSet, upTo version: Version) throws(MigrationsError) {
        guard files.migration(version) != nil else {
            throw MigrationsError(
                reason: .unknownVersion(version, newest: files.newest), directory: files.directory)
        }
        var sum = SHA256()
        for migration in files.migrations.prefix(while: { $0.version <= version }) {
            let line = "\(migration.version) \(migration.up?.checksum ?? "-") \(migration.down?.checksum ?? "-")\n"
            sum.update(data: Array(line.utf8))
        }
        self.version = version
        hash = sum.finalize().hex
    }

    /// Reads the text; nil for anything else.
    public init?(text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let version = Version(text: words[0]), words[1].hasPrefix(Self.algorithm) else {
            return nil
        }
        let hash = words[1].dropFirst(Self.algorithm.count).lowercased()
        let isHex = hash.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        guard hash.utf8.count == 64, isHex else { return nil }
        self.version = version
        self.hash = hash
    }

    private static let algorithm = "sha256:"
}

extension MigrationDigest: CustomStringConvertible {
    public var description: String { "\(version) \(Self.algorithm)\(hash)" }
}
