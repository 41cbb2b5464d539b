/// Why a text cannot be run as SQL by pgfleet, and where.
public struct SQLError: Error, Sendable, Hashable {
    /// What a program decides on.
    public enum Reason: Sendable, Hashable {
        /// PostgreSQL 15's grammar does not know it. A newer server may: see `Script.refusal`.
        case syntax(message: String)
        /// A command of the program psql (`\c`, `\i`, …); the server does not know those.
        case psqlCommand(String)
        /// A variable of the program psql (`:name`, `:'name'`, `:"name"`).
        case psqlVariable(String)
        /// A directive (`-- pgfleet: …`) that cannot be followed.
        case directive(String)
        /// `COPY … FROM STDIN` or `TO STDOUT`: the data would have to travel beside the SQL.
        case copyThroughClient
        /// A statement that would let go of the migration lock (`DISCARD ALL`, `pg_advisory_unlock_all()`).
        case releasesSessionLocks
        /// An expression or a query of so many parts within each other that no program should read it by recursion.
        case tooDeep
        /// The bytes are not UTF-8.
        case notUTF8
        /// A NUL byte, which PostgreSQL does not accept in SQL.
        case nulByte
        /// The text is larger than one PostgreSQL message may be (1 GiB).
        case tooLarge
    }

    /// What is wrong.
    public let reason: Reason
    /// Where it begins.
    public let place: TextPlace

    /// Makes an error.
    public init(reason: Reason, place: TextPlace) {
        self.reason = reason
        self.place = place
    }
}

extension SQLError: CustomStringConvertible {
    public var description: String { "line \(place.line), column \(place.column): \(reason)" }
}

extension SQLError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .syntax(let message):
            message
        case .psqlCommand(let command):
            "\(command) is a command of psql and not SQL; the server does not know it. Write it as SQL, or remove it"
        case .psqlVariable(let variable):
            "\(variable) is a variable of psql, which alone replaces it; write what it stands for"
        case .directive(let why):
            why
        case .copyThroughClient:
            "COPY from STDIN or to STDOUT needs a client that sends or takes the data; write INSERT … VALUES instead"
        case .releasesSessionLocks:
            "DISCARD ALL and pg_advisory_unlock_all() would let go of the migration lock; reset single settings with RESET, "
                + "and unlock single locks by their numbers"
        case .tooDeep:
            "more than \(Nesting.limit) operators or queries in one chain or within each other, which the server's limit "
                + "(max_stack_depth) may refuse, too; write it as several statements, or as a list"
        case .notUTF8:
            "not UTF-8; save the file as UTF-8"
        case .nulByte:
            "a NUL byte, which PostgreSQL does not accept; the file may be saved as UTF-16"
        case .tooLarge:
            "larger than the 1 GiB that PostgreSQL takes in one message"
        }
    }
}
