internal import FleetModel
internal import SQL

/// goose's files: `VERSION_TITLE.sql` with a part after `-- +goose Up` and, where it can be reverted, one after
/// `-- +goose Down`.
///
/// `StatementBegin` and `StatementEnd` tell goose's splitter what PostgreSQL's grammar knows by itself; they are checked
/// and have no effect.
/// - Source: goose v3, `internal/sqlparser/parser.go` and `NumericComponent`.
struct GooseFiles: FileLayout {
    func reading(of name: String) -> FileReading {
        let digits = name.leadingDigits
        let rest = name[digits.endIndex...]
        let isMigration = rest.first == "_" && Version(text: digits) != 0
        if name.hasSuffix(".go"), isMigration, !name.hasSuffix("_test.go") {
            return .finding(
                .goMigration,
                "a migration in Go, which only a program that has it inside can run: pgfleet passes it over")
        }
        guard name.hasSuffix(".sql"), isMigration else {
            return .notAMigration(name, form: "VERSION_TITLE.sql with a version above 0")
        }
        return .migration(
            digits: String(digits), title: String(rest.dropFirst().dropLast(".sql".count)), direction: nil)
    }

    func sections(
        of bytes: [UInt8], direction: Direction?, settings: [UInt8]?
    ) throws(FileRefusal) -> [FileSection] {
        var up: Int?
        var down: Int?
        var block: TextPlace?
        var isOff = false
        try MarkedLines.forEach(in: bytes) { line throws(FileRefusal) in
            guard let words = line.comment, words.first?.lowercased() == "+goose" else {
                if up == nil { try line.checkBefore("+goose Up", of: "goose") }
                return
            }
            switch words.dropFirst().map({ $0.lowercased() }).joined(separator: " ") {
            case "up":
                guard up == nil else { throw FileRefusal("a second '-- +goose Up'", at: line.place) }
                up = line.range.upperBound
            case "down":
                guard up != nil, down == nil, block == nil else {
                    throw FileRefusal("'-- +goose Down' stands where it cannot", at: line.place)
                }
                down = line.range.lowerBound
            case "statementbegin":
                guard up != nil, block == nil else {
                    throw FileRefusal("'-- +goose StatementBegin' stands where it cannot", at: line.place)
                }
                block = line.place
            case "statementend":
                guard block != nil else {
                    throw FileRefusal("'-- +goose StatementEnd' without a StatementBegin before it", at: line.place)
                }
                block = nil
            case "no transaction": isOff = true
            case "envsub off": break
            case "envsub on":
                throw FileRefusal(
                    "'-- +goose ENVSUB ON' puts environment variables into the SQL, so the file would not be the same "
                        + "everywhere; pgfleet does not do that", at: line.place)
            default:
                throw FileRefusal("'\(words.joined(separator: " ").harmless)' is no mark of goose", at: line.place)
            }
        }
        if let block { throw FileRefusal("'-- +goose StatementBegin' without a StatementEnd", at: block) }
        guard let up else { throw FileRefusal("no line '-- +goose Up', which goose needs") }
        return [FileSection(direction: .up, range: up..<(down ?? bytes.count), isTransactionOff: isOff)]
            + (down.map { [FileSection(direction: .down, range: $0..<bytes.count, isTransactionOff: isOff)] } ?? [])
    }
}
