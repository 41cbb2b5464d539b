internal import FleetModel
internal import Postgres

/// The table that holds a target's version: golang-migrate's, with its columns and its forms of a row.
///
/// No row: nothing is applied. One row: `(version, dirty)`. `(-1, true)`: the first migration's down did not end.
/// - Source: golang-migrate v4.19.1, `database/postgres`, `ensureVersionTable` and `SetVersion`.
struct VersionTable: Sendable, Hashable {
    /// Where it is; golang-migrate puts it into CURRENT_SCHEMA().
    let schema: String
    let name: String

    private var identifier: String { "\(quotedIdentifier(schema)).\(quotedIdentifier(name))" }

    /// Makes the table if it is missing, with golang-migrate's columns.
    var creation: String {
        "CREATE TABLE IF NOT EXISTS \(identifier) (version bigint not null primary key, dirty boolean not null)"
    }

    /// Two rows are enough to know that there are too many.
    var reading: String { "SELECT version, dirty FROM \(identifier) LIMIT 2" }

    /// Reads the table of the first schema in the search path that has one.
    static func readingUnqualified(_ name: String) -> String {
        "SELECT version, dirty FROM \(quotedIdentifier(name)) LIMIT 2"
    }

    /// The statements that record a state. DELETE where golang-migrate has TRUNCATE, which would lock readers out for
    /// as long as the migration runs and needs a right of its own.
    func recording(_ state: VersionState) -> [String] {
        let row: String? =
            switch (state.version, state.isDirty) {
            case (let version?, let isDirty): "(\(version), \(isDirty))"
            case (nil, true): "(-1, true)"
            case (nil, false): nil
            }
        return ["DELETE FROM \(identifier)"]
            + (row.map { ["INSERT INTO \(identifier) (version, dirty) VALUES \($0)"] } ?? [])
    }
}

extension VersionState {
    /// Why rows are not a version table's.
    enum Unreadable: Error {
        case severalRows
        case negative(String)
        case notATableOfVersions
    }

    /// Reads the rows of a version table.
    init(_ rows: Rows) throws(Unreadable) {
        guard rows.count < 2 else { throw .severalRows }
        guard let row = rows.first else {
            self = .empty
            return
        }
        guard let number = row[0], let dirty = row[1], dirty == "t" || dirty == "f" else { throw .notATableOfVersions }
        let isDirty = dirty == "t"
        if number == "-1" {
            self.init(version: nil, isDirty: isDirty)
        } else if let version = Version(text: number) {
            self.init(version: version, isDirty: isDirty)
        } else if number.hasPrefix("-") {
            throw .negative(number)
        } else {
            throw .notATableOfVersions
        }
    }
}
