/// The number of the advisory lock under which golang-migrate changes a database.
///
/// CRC-32 (IEEE) of `schema NUL table NUL database`, times 1486364155, modulo 2^32. What stands for the database differs
/// by how golang-migrate was called: its command line puts the URL's path (`/app`), services that use it as a library
/// mostly the name (`app`). Those two do not exclude each other; pgfleet takes both locks and so excludes either.
/// - Source: golang-migrate v4.15 and later, `database.GenerateAdvisoryLockId`.
public struct LockID: Sendable, Hashable {
    /// Below 2^32.
    public let number: Int64

    /// The lock of one spelling of the database.
    public init(schema: String, table: String, database: String) {
        let bytes = [schema, table, database].map { Array($0.utf8) }.joined(separator: [0])
        number = Int64(CRC32.checksum(bytes) &* 1_486_364_155)
    }

    /// The locks of both spellings, in the order in which they are taken.
    static func all(schema: String, table: String, database: String) -> [LockID] {
        [
            LockID(schema: schema, table: table, database: "/" + database),
            LockID(schema: schema, table: table, database: database),
        ]
    }
}

/// CRC-32 with the reflected polynomial of IEEE 802.3, as zlib and Go compute it.
enum CRC32 {
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320
            }
        }
        return ~remainder
    }
}
