internal import FleetModel
internal import Postgres
internal import SQL

/// Flyway's history: a row for everything that was ever run, in the order of `installed_rank`.
///
/// A version is applied when its last row is neither an undo nor a deletion. A row with `success = false` is left by a
/// migration that failed outside of a transaction: the target is dirty.
/// - Source: Flyway 10 and 11, `PostgreSQLDatabase.getRawCreateScript` and `JdbcTableSchemaHistory`.
struct FlywayTable: ToolTable {
    let place: VersionTable

    /// In one statement what Flyway says in two; the names are Flyway's.
    var creation: [String] {
        [
            """
            CREATE TABLE IF NOT EXISTS \(place.identifier) ("installed_rank" INT NOT NULL, "version" VARCHAR(50), \
            "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL, \
            "checksum" INTEGER, "installed_by" VARCHAR(100) NOT NULL, \
            "installed_on" TIMESTAMP NOT NULL DEFAULT now(), "execution_time" INTEGER NOT NULL, \
            "success" BOOLEAN NOT NULL, \
            CONSTRAINT \(quotedIdentifier(place.name + "_pk")) PRIMARY KEY ("installed_rank"))
            """,
            "CREATE INDEX IF NOT EXISTS \(quotedIdentifier(place.name + "_s_idx")) "
                + "ON \(place.identifier) (\"success\")",
        ]
    }

    func reading(from identifier: String) -> String {
        "SELECT version, type, success FROM \(identifier) "
            + "WHERE version IS NOT NULL OR NOT success ORDER BY installed_rank"
    }

    func record(in rows: Rows) throws(UnreadableVersion) -> VersionRecord {
        var applied: Set<Version> = []
        var baseline: Version?
        var failed: Version?
        var hasFailed = false
        for row in rows {
            guard let type = row[1], let success = row[2] else { throw .notATableOfVersions }
            guard let text = row[0] else {
                // A repeatable migration that failed: Flyway does not go on either before it is repaired.
                hasFailed = true
                continue
            }
            guard let version = Version(text: text) else { throw .notANumber(text) }
            let reverts = type == "DELETE" || type.hasPrefix("UNDO_")
            switch (success == "t", reverts) {
            case (true, true): applied.remove(version)
            case (true, false): applied.insert(version)
            case (false, _):
                hasFailed = true
                failed = version
            }
            if type == "BASELINE" || type == "SQL_BASELINE" { baseline = version }
        }
        let newest = applied.max()
        guard hasFailed else { return VersionRecord(applied: applied, baseline: baseline) }
        return VersionRecord(
            state: VersionState(version: [newest, failed].compactMap { $0 }.max(), isDirty: true), applied: applied,
            baseline: baseline)
    }

    func recording(_ step: RecordedStep) -> [String] { [insertion(of: step, succeeded: true)] }

    func failing(_ step: RecordedStep) -> [String] { [insertion(of: step, succeeded: false)] }

    /// Rows of what failed go, as with `flyway repair`; rows of what stays are left as they are.
    func forcing(_ version: Version?, among files: [MigrationFile]) -> [String] {
        let kept = version.map { version in files.filter { $0.version <= version } } ?? []
        let list = kept.map { quotedLiteral($0.versionText) }.joined(separator: ", ")
        let others = kept.isEmpty ? "true" : "version NOT IN (\(list))"
        return [
            """
            DELETE FROM \(place.identifier) WHERE NOT success OR version IS NOT NULL \
            AND (type = 'DELETE' OR type LIKE 'UNDO!_%' ESCAPE '!' OR \(others))
            """
        ]
            + kept.map { file in
                insertion(of: file.versionText, file, type: "SQL", milliseconds: "0", succeeded: true)
                    + " HAVING NOT EXISTS (SELECT FROM \(place.identifier) "
                    + "WHERE version = \(quotedLiteral(file.versionText)))"
            }
    }

    func locks(database: String) -> [LockID] { [LockID.flyway(table: place.identifier)] }

    /// What Flyway records of a file: CRC-32 over its lines without their ends, whatever they are, and without a byte
    /// order mark; signed as in Java.
    static func checksum(of bytes: [UInt8]) -> Int32 {
        let text = bytes.starts(with: Script.byteOrderMark) ? bytes.dropFirst(Script.byteOrderMark.count) : bytes[...]
        var sum = CRC32()
        for line in text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            sum.update(line)
        }
        return Int32(bitPattern: sum.value)
    }

    private func insertion(of step: RecordedStep, succeeded: Bool) -> String {
        let milliseconds =
            step.elapsed.map { "\(Int64(($0.seconds * 1000).rounded()))" }
            ?? "(extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::integer"
        return insertion(
            of: step.file?.versionText ?? "\(step.step.version)", step.file,
            type: step.step.direction == .up ? "SQL" : "UNDO_SQL", milliseconds: milliseconds, succeeded: succeeded)
    }

    private func insertion(
        of version: String, _ file: MigrationFile?, type: String, milliseconds: String, succeeded: Bool
    ) -> String {
        // Flyway cuts a description at its end and a script's name at its beginning.
        let description = quotedLiteral(String((file?.title ?? "").map { $0 == "_" ? " " : $0 }.prefix(200)))
        let script = quotedLiteral(String((file?.name ?? "").suffix(1000)))
        return """
            INSERT INTO \(place.identifier) (installed_rank, version, description, type, script, checksum, \
            installed_by, execution_time, success) SELECT coalesce(max(installed_rank), 0) + 1, \
            \(quotedLiteral(version)), \(description), '\(type)', \(script), \
            \(file?.lineChecksum.map { "\($0)" } ?? "NULL"), current_user, \(milliseconds), \(succeeded) \
            FROM \(place.identifier)
            """
    }
}
