/// The server's five-character code for what happened: what programs decide on, whatever language the text is in.
///
/// Source: PostgreSQL manual, appendix A, "PostgreSQL Error Codes".
public struct SQLState: RawRepresentable, Sendable, Hashable, Codable {
    /// Five characters, digits and upper-case letters.
    public let rawValue: String

    /// Takes a code as it stands.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The first two characters: what the code is about.
    public var errorClass: String { String(rawValue.prefix(2)) }

    /// 08006
    public static let connectionFailure = SQLState(rawValue: "08006")
    /// 08P01
    public static let protocolViolation = SQLState(rawValue: "08P01")
    /// 22P02
    public static let invalidTextRepresentation = SQLState(rawValue: "22P02")
    /// 22012
    public static let divisionByZero = SQLState(rawValue: "22012")
    /// 23502
    public static let notNullViolation = SQLState(rawValue: "23502")
    /// 23503
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// 23505
    public static let uniqueViolation = SQLState(rawValue: "23505")
    /// 23514
    public static let checkViolation = SQLState(rawValue: "23514")
    /// 25001
    public static let activeTransaction = SQLState(rawValue: "25001")
    /// 25006
    public static let readOnlyTransaction = SQLState(rawValue: "25006")
    /// 25P02
    public static let inFailedTransaction = SQLState(rawValue: "25P02")
    /// 25P03
    public static let idleInTransactionTimeout = SQLState(rawValue: "25P03")
    /// 28000
    public static let invalidAuthorization = SQLState(rawValue: "28000")
    /// 28P01
    public static let invalidPassword = SQLState(rawValue: "28P01")
    /// 3D000
    public static let unknownDatabase = SQLState(rawValue: "3D000")
    /// 3F000
    public static let unknownSchema = SQLState(rawValue: "3F000")
    /// 40001
    public static let serializationFailure = SQLState(rawValue: "40001")
    /// 40P01
    public static let deadlockDetected = SQLState(rawValue: "40P01")
    /// 42501
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    /// 42601
    public static let syntaxError = SQLState(rawValue: "42601")
    /// 42703
    public static let undefinedColumn = SQLState(rawValue: "42703")
    /// 42P01
    public static let undefinedTable = SQLState(rawValue: "42P01")
    /// 42P04
    public static let duplicateDatabase = SQLState(rawValue: "42P04")
    /// 42P06
    public static let duplicateSchema = SQLState(rawValue: "42P06")
    /// 42P07
    public static let duplicateTable = SQLState(rawValue: "42P07")
    /// 42710
    public static let duplicateObject = SQLState(rawValue: "42710")
    /// 53100
    public static let diskFull = SQLState(rawValue: "53100")
    /// 53300
    public static let tooManyConnections = SQLState(rawValue: "53300")
    /// 55P03
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// 57014
    public static let queryCanceled = SQLState(rawValue: "57014")
    /// 57P01
    public static let adminShutdown = SQLState(rawValue: "57P01")
    /// 57P02
    public static let crashShutdown = SQLState(rawValue: "57P02")
    /// 57P03
    public static let cannotConnectNow = SQLState(rawValue: "57P03")
    /// 57P04
    public static let databaseDropped = SQLState(rawValue: "57P04")
}

extension SQLState: CustomStringConvertible {
    public var description: String { rawValue }
}
