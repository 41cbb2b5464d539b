internal import FleetModel

/// golang-migrate's files: `VERSION_TITLE.up.EXTENSION` and `VERSION_TITLE.down.EXTENSION`.
struct GolangMigrateFiles: FileLayout {
    func reading(of name: String) -> FileReading {
        guard let parsed = FileName(name) else {
            return .notAMigration(name, form: "VERSION_TITLE.up.sql or .down.sql")
        }
        return .migration(digits: String(parsed.digits), title: parsed.title, direction: parsed.direction)
    }

    func sections(
        of bytes: [UInt8], direction: Direction?, settings: [UInt8]?
    ) throws(FileRefusal) -> [FileSection] {
        direction.map { [FileSection(direction: $0, range: 0..<bytes.count)] } ?? []
    }
}
