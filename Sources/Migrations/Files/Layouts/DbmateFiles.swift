internal import FleetModel
internal import SQL

/// dbmate's files: `VERSION_TITLE.sql` with a part after `-- migrate:up` and one after `-- migrate:down`.
///
/// - Source: dbmate 2, `pkg/dbmate/db.go` and `migration.go`: names begin with digits and end with `.sql`, are run in the
///   order of their bytes, and need both parts.
struct DbmateFiles: FileLayout {
    func reading(of name: String) -> FileReading {
        let digits = name.leadingDigits
        guard name.hasSuffix(".sql"), !digits.isEmpty else {
            return .notAMigration(name, form: "VERSION_TITLE.sql")
        }
        let title = name.dropFirst(digits.count).dropLast(".sql".count)
        return .migration(digits: String(digits), title: String(title.drop { $0 == "_" }), direction: nil)
    }

    func sections(
        of bytes: [UInt8], direction: Direction?, settings: [UInt8]?
    ) throws(FileRefusal) -> [FileSection] {
        var up: (start: Int, isOff: Bool)?
        var down: (start: Int, isOff: Bool)?
        try MarkedLines.forEach(in: bytes) { line throws(FileRefusal) in
            switch line.comment?.first {
            case "migrate:up":
                guard down == nil, up == nil else {
                    throw FileRefusal(
                        "a second '-- migrate:up': split the file, so that each version is one migration",
                        at: line.place)
                }
                up = (line.range.lowerBound, try isTransactionOff(line))
            case "migrate:down":
                guard up != nil else {
                    throw FileRefusal("'-- migrate:down' stands before '-- migrate:up'", at: line.place)
                }
                guard down == nil else { throw FileRefusal("a second '-- migrate:down'", at: line.place) }
                down = (line.range.lowerBound, try isTransactionOff(line))
            case let word? where word.hasPrefix("migrate:"):
                throw FileRefusal(
                    "'\(word)' is no mark of dbmate; did you mean migrate:up or migrate:down?", at: line.place)
            default:
                if up == nil { try line.checkBefore("migrate:up", of: "dbmate") }
            }
        }
        guard let up else { throw FileRefusal("no line '-- migrate:up', which dbmate needs") }
        guard let down else {
            throw FileRefusal("no line '-- migrate:down', which dbmate needs; nothing may follow it")
        }
        return [
            FileSection(direction: .up, range: up.start..<down.start, isTransactionOff: up.isOff),
            FileSection(direction: .down, range: down.start..<bytes.count, isTransactionOff: down.isOff),
        ]
    }

    /// dbmate runs `10_b.sql` before `9_a.sql`.
    func disorder(among migrations: [Migration]) -> FileRefusal? {
        let files = migrations.compactMap { $0.up ?? $0.down }
        for (earlier, later) in zip(files, files.dropFirst())
        where !earlier.name.utf8.lexicographicallyPrecedes(later.name.utf8) {
            return FileRefusal(
                "dbmate runs files in the order of their names, so \(later.name) before this one, which has the smaller "
                    + "number. Give their numbers the same number of digits", file: earlier.path)
        }
        return nil
    }

    private func isTransactionOff(_ line: MarkedLine) throws(FileRefusal) -> Bool {
        var isOff = false
        for option in (line.comment ?? []).dropFirst() {
            switch option {
            case "transaction:false": isOff = true
            case "transaction:true": isOff = false
            default:
                throw FileRefusal("'\(option)' is no option of dbmate; there is transaction:false", at: line.place)
            }
        }
        return isOff
    }
}
