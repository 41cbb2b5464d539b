internal import FleetModel
internal import Postgres

/// The table in which a migration tool keeps a target's version, in that tool's own form.
///
/// What the four tools have in common is here; what each of them reads and writes is its `ToolTable`. None of the
/// statements ends with `;`.
struct VersionTable: Sendable, Hashable {
    /// Whose table it is.
    let layout: Layout
    /// Where it is.
    let schema: String
    let name: String
    /// Whether the locks of golang-migrate before 4.15 are taken, too.
    var takesOldLocks = false

    private var tool: any ToolTable {
        switch layout {
        case .golangMigrate: GolangMigrateTable(place: self)
        case .dbmate: DbmateTable(place: self)
        case .flyway: FlywayTable(place: self)
        case .goose: GooseTable(place: self)
        }
    }

    /// As SQL has it.
    var identifier: String { "\(quotedIdentifier(schema)).\(quotedIdentifier(name))" }

    /// Make the table if it is missing, with the tool's columns and the rows that the tool puts into a new one.
    var creation: [String] { tool.creation }

    /// Reads it. Fails with 42P01 where there is no such table, and with 42703 where it is another tool's.
    var reading: String { tool.reading(from: identifier) }

    /// Reads the table that an unqualified name leads to: of the first schema in the search path that has one.
    static func readingUnqualified(_ layout: Layout, _ name: String) -> String {
        VersionTable(layout: layout, schema: "", name: name).tool.reading(from: quotedIdentifier(name))
    }

    /// What the rows that `reading` returned say.
    func record(in rows: Rows) throws(UnreadableVersion) -> VersionRecord { try tool.record(in: rows) }

    /// The statements that record a step which has ended well, for the transaction that is open.
    func recording(_ step: RecordedStep) -> [String] { tool.recording(step) }

    /// The statements that mark a step as begun that cannot be one transaction; none where the tool has no such mark.
    func marking(_ step: RecordedStep) -> [String] { tool.marking(step) }

    /// The statements that record the failure of a step which was not one transaction; none where the tool records none,
    /// or where `marking` has done it.
    func failing(_ step: RecordedStep) -> [String] { tool.failing(step) }

    /// Whether the table tells of a step that is not one transaction, before its first statement is run. Where it doesn't,
    /// only `pgfleet.progress` can.
    var marksBegunSteps: Bool { layout == .golangMigrate }

    /// The statements that record a version as clean, whatever the rows are; `nil` for "nothing is applied".
    /// - Parameter versions: of the files, in ascending order, with the text that each has in its file's name.
    func forcing(_ version: Version?, among files: [MigrationFile]) -> [String] { tool.forcing(version, among: files) }

    /// The advisory locks under which the tool changes the target, in the order in which they are taken.
    func locks(database: String) -> [LockID] { tool.locks(database: database) }
}

/// A step as a version table records it.
struct RecordedStep: Sendable {
    let step: MigrationStep
    /// Nil where the version has no file for this direction.
    let file: MigrationFile?
    /// How long its statements took; nil inside of its own transaction, whose age the server knows.
    var elapsed: Duration?
}

/// What one tool reads and writes in its version table.
protocol ToolTable: Sendable {
    init(place: VersionTable)
    var creation: [String] { get }
    func reading(from identifier: String) -> String
    func record(in rows: Rows) throws(UnreadableVersion) -> VersionRecord
    func recording(_ step: RecordedStep) -> [String]
    func marking(_ step: RecordedStep) -> [String]
    func failing(_ step: RecordedStep) -> [String]
    func forcing(_ version: Version?, among files: [MigrationFile]) -> [String]
    func locks(database: String) -> [LockID]
}

extension ToolTable {
    func marking(_ step: RecordedStep) -> [String] { [] }
    func failing(_ step: RecordedStep) -> [String] { [] }
}
