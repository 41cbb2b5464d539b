/// The number of an advisory lock under which a migration tool changes a database.
public struct LockID: Sendable, Hashable {
    /// As `pg_advisory_lock(bigint)` takes it.
    public let number: Int64

    private init(number: Int64) { self.number = number }
}

extension [LockID] {
    /// Their numbers, as PostgreSQL reads an array of bigint.
    var numbersLiteral: String { "{" + map { "\($0.number)" }.joined(separator: ",") + "}" }
}

/// golang-migrate's: CRC-32 (IEEE) of `schema NUL table NUL database`, times 1486364155, modulo 2^32.
///
/// What stands for the database differs by how golang-migrate was called: its command line puts the URL's path (`/app`),
/// services that use it as a library mostly the name (`app`). Those two do not exclude each other; pgfleet takes both
/// locks and so excludes either.
/// - Source: golang-migrate v4.15 and later, `database.GenerateAdvisoryLockId`.
extension LockID {
    /// The lock of one spelling of the database.
    public init(schema: String, table: String, database: String) {
        self.init(checksumOf: [schema, table, database])
    }

    /// The lock of one spelling of the database in v4.2 to v4.14, which had no table in it.
    public init(before415InSchema schema: String, database: String) {
        self.init(checksumOf: [schema, database])
    }

    /// The locks of both spellings, in the order in which they are taken.
    /// - Parameter includesOld: also the forms of v4.2 to v4.14, which have no table in them.
    static func golangMigrate(
        schema: String, table: String, database: String, includesOld: Bool = false
    ) -> [LockID] {
        let spellings = ["/" + database, database]
        return spellings.map { LockID(schema: schema, table: table, database: $0) }
            + (includesOld ? spellings.map { LockID(before415InSchema: schema, database: $0) } : [])
    }

    private init(checksumOf parts: [String]) {
        let bytes = parts.map { Array($0.utf8) }.joined(separator: [0])
        self.init(number: Int64(CRC32.checksum(bytes) &* 1_486_364_155))
    }
}

extension LockID {
    /// dbmate's, which it takes with `--migration-lock` alone. One for the whole database, whatever the table.
    /// - Source: observed with dbmate 2.37.0.
    static let dbmate = LockID(number: 48_372_615)

    /// goose's session lock, CRC-32 of `goose`, and the CRC-64 that it was in the first releases which had one. One for
    /// the whole database, whatever the table.
    /// - Source: goose v3, `lock/session_locker_options.go`, `DefaultLockID`.
    static let goose = [LockID(number: 4_097_083_626), LockID(number: 5_887_940_537_704_921_958)]

    /// Flyway's: a fixed number, plus Java's hash of the table's quoted name.
    /// - Source: Flyway, `PostgreSQLAdvisoryLockTemplate` and `PostgreSQLConnection.lock`; the lock of a transaction
    ///   (`pg_try_advisory_xact_lock`), which newer releases take by default, has the same number.
    static func flyway(table identifier: String) -> LockID {
        let hash = identifier.utf16.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) }
        return LockID(number: 77_431_708_279_161 + Int64(hash))
    }
}
