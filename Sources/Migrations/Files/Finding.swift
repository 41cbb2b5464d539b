/// Something about a directory of migrations that golang-migrate passes over in silence and pgfleet says aloud.
public struct Finding: Sendable, Hashable, Codable {
    /// What a program decides on.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// An SQL file whose name is not a migration's: no tool will ever run it.
        case strayFile = "stray_file"
        /// A migration in Go, which goose runs and pgfleet passes over.
        case goMigration = "go_migration"
        /// A file that is not as pgfleet.sum or atlas.sum says.
        case unhashed
        /// A version without an up file: it would be recorded and nothing run.
        case missingUp = "missing_up"
        /// A version without a down file: it cannot be rolled back.
        case missingDown = "missing_down"
        /// PostgreSQL 15's grammar cannot read the file; it is sent as a whole, in one transaction.
        case unreadSQL = "unread_sql"
        /// pgfleet cannot run the file.
        case unrunnable
    }

    /// What a program decides on.
    public let kind: Kind
    /// The path, beginning with the directory as the user gave it.
    public let file: String
    /// From 1; `nil` where it is about the file as a whole.
    public var line: Int?
    /// From 1, in characters.
    public var column: Int?
    /// What it is and what to do, in a sentence.
    public let message: String
}

extension Finding: CustomStringConvertible {
    public var description: String {
        let place = line.map { ":\($0)" + (column.map { ":\($0)" } ?? "") } ?? ""
        return "\(file)\(place): \(message)"
    }
}
