internal import FleetModel

/// golang-migrate's files: `VERSION_TITLE.up.EXTENSION` and `VERSION_TITLE.down.EXTENSION`.
///
/// Beside them `VERSION_TITLE.verify.sql`, which golang-migrate passes over as it does all other names.
struct GolangMigrateFiles: FileLayout {
    func reading(of name: String) -> FileReading {
        guard let parsed = FileName(name) else {
            let digits = name.leadingDigits
            if !digits.isEmpty, name.dropFirst(digits.count).first == "_", name.hasSuffix(".verify.sql") {
                return .verification(digits: String(digits))
            }
            return .notAMigration(name, form: "VERSION_TITLE.up.sql, .down.sql or .verify.sql")
        }
        return .migration(digits: String(parsed.digits), title: parsed.title, direction: parsed.direction)
    }

    func sections(
        of bytes: [UInt8], direction: Direction?, settings: [UInt8]?
    ) throws(FileRefusal) -> [FileSection] {
        direction.map { [FileSection(direction: $0, range: 0..<bytes.count)] } ?? []
    }
}
