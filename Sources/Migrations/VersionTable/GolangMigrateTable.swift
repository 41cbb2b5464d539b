internal import FleetModel
internal import Postgres

/// golang-migrate's table: no row when nothing is applied, else one row `(version, dirty)`.
///
/// `(-1, true)`: the first migration's down did not end.
/// - Source: golang-migrate v4.19.1, `database/postgres`, `ensureVersionTable` and `SetVersion`.
struct GolangMigrateTable: ToolTable {
    let place: VersionTable

    var creation: [String] {
        [
            "CREATE TABLE IF NOT EXISTS \(place.identifier) "
                + "(version bigint not null primary key, dirty boolean not null)"
        ]
    }

    /// Two rows are enough to know that there are too many.
    func reading(from identifier: String) -> String { "SELECT version, dirty FROM \(identifier) LIMIT 2" }

    func record(in rows: Rows) throws(UnreadableVersion) -> VersionRecord {
        guard rows.count < 2 else { throw .severalRows }
        guard let row = rows.first else { return .empty }
        guard let number = row[0], let dirty = row[1], dirty == "t" || dirty == "f" else { throw .notATableOfVersions }
        let isDirty = dirty == "t"
        if number == "-1" { return VersionRecord(state: VersionState(version: nil, isDirty: isDirty)) }
        guard let version = Version(text: number) else {
            throw number.hasPrefix("-") ? .negative(number) : .notATableOfVersions
        }
        return VersionRecord(state: VersionState(version: version, isDirty: isDirty))
    }

    func recording(_ step: RecordedStep) -> [String] { writing(VersionState(version: step.step.to)) }

    func marking(_ step: RecordedStep) -> [String] { writing(VersionState(version: step.step.to, isDirty: true)) }

    /// The version is not looked for among the files, as with golang-migrate.
    func forcing(_ version: Version?, among files: [MigrationFile]) -> [String] {
        writing(VersionState(version: version))
    }

    func locks(database: String) -> [LockID] {
        LockID.golangMigrate(
            schema: place.schema, table: place.name, database: database, includesOld: place.takesOldLocks)
    }

    /// DELETE where golang-migrate has TRUNCATE, which would lock readers out for as long as the migration runs and needs
    /// a right of its own.
    private func writing(_ state: VersionState) -> [String] {
        let row: String? =
            switch (state.version, state.isDirty) {
            case (let version?, let isDirty): "(\(version), \(isDirty))"
            case (nil, true): "(-1, true)"
            case (nil, false): nil
            }
        return ["DELETE FROM \(place.identifier)"]
            + (row.map { ["INSERT INTO \(place.identifier) (version, dirty) VALUES \($0)"] } ?? [])
    }
}
