/// How far a migration that runs statement by statement has got on a target, as `pgfleet.progress` there tells.
public struct StatementProgress: Sendable, Hashable, Codable {
    /// The version whose file is run.
    public let version: Version
    /// Which of its files.
    public let direction: Direction
    /// The version that it leads to; nil when nothing is applied any more.
    public let leadsTo: Version?
    /// How many statements the file has.
    public let statements: Int
    /// The statement, from 1, that was sent last; 0 when none was. Nil where that could not be written, because the file
    /// changes its role or makes its session read-only.
    public let begun: Int?
    /// How many statements have ended well, from the first one on; nil as above.
    public let done: Int?
    /// SHA-256 of the file as lower-case hex; nil for a version without a file.
    public let checksum: String?
    /// When the row was last written, by the server's clock, as the server writes it.
    public let changedAt: String
    /// Whether the session that runs it is still there.
    public let isAtWork: Bool

    /// Makes a row.
    public init(
        version: Version, direction: Direction, leadsTo: Version?, statements: Int, begun: Int?, done: Int?,
        checksum: String?,
        changedAt: String, isAtWork: Bool
    ) {
        self.version = version
        self.direction = direction
        self.leadsTo = leadsTo
        self.statements = statements
        self.begun = begun
        self.done = done
        self.checksum = checksum
        self.changedAt = changedAt
        self.isAtWork = isAtWork
    }
}

extension StatementProgress: CustomStringConvertible {
    public var description: String {
        let file = "the \(direction.rawValue) file of \(version)"
        guard let begun, let done else { return "\(file), at a statement that is not known" }
        return switch (begun, done) {
        case (_, 1) where statements == 1: "\(file), its one statement done"
        case (0, 0) where statements == 1: "\(file), before its one statement"
        case (_, statements): "\(file), all \(statements) statements done"
        case (0, _): "\(file), before the first of \(statements) statements"
        case (done, _): "\(file), statement \(done) of \(statements) done"
        default: "\(file), statement \(begun) of \(statements) begun"
        }
    }
}
