internal import FleetModel
internal import Postgres

/// dbmate's table: a row for each applied version, with the digits as they stand in the file's name.
///
/// It has no mark for a migration that began and did not end.
/// - Source: dbmate 2, `pkg/driver/postgres`: `CreateMigrationsTable`, `InsertMigration`, `DeleteMigration`.
struct DbmateTable: ToolTable {
    let place: VersionTable

    var creation: [String] {
        ["CREATE TABLE IF NOT EXISTS \(place.identifier) (version varchar primary key)"]
    }

    /// golang-migrate's table and Flyway's have a version column, too, but among others.
    func reading(from identifier: String) -> String {
        "SELECT version::text, (SELECT count(*) FROM jsonb_object_keys(to_jsonb(rows))) FROM \(identifier) AS rows"
    }

    func record(in rows: Rows) throws(UnreadableVersion) -> VersionRecord {
        var applied: Set<Version> = []
        for row in rows {
            guard let text = row[0], row[1] == "1" else { throw .notATableOfVersions }
            guard let version = Version(text: text) else { throw .notANumber(text) }
            applied.insert(version)
        }
        return VersionRecord(applied: applied)
    }

    func recording(_ step: RecordedStep) -> [String] {
        let version = quotedLiteral(step.file?.versionText ?? "\(step.step.version)")
        return switch step.step.direction {
        case .up: ["INSERT INTO \(place.identifier) (version) VALUES (\(version))"]
        case .down: ["DELETE FROM \(place.identifier) WHERE version = \(version)"]
        }
    }

    func forcing(_ version: Version?, among files: [MigrationFile]) -> [String] {
        guard let version else { return ["DELETE FROM \(place.identifier)"] }
        let applied = files.filter { $0.version <= version }.map { quotedLiteral($0.versionText) }
        guard !applied.isEmpty else { return ["DELETE FROM \(place.identifier)"] }
        return [
            "DELETE FROM \(place.identifier) WHERE version NOT IN (\(applied.joined(separator: ", ")))",
            "INSERT INTO \(place.identifier) (version) VALUES "
                + applied.map { "(\($0))" }.joined(separator: ", ") + " ON CONFLICT DO NOTHING",
        ]
    }

    func locks(database: String) -> [LockID] { [LockID.dbmate] }
}
