import FleetModel

/// What an inventory or a URL says about the version table.
struct VersionTableSetting: Hashable {
    /// The text as golang-migrate's `x-migrations-table` has it; `migrations_table` is the same, never quoted.
    var text: String
    /// golang-migrate's `x-migrations-table-quoted`.
    var isQuoted: Bool

    /// Why a text names no table.
    struct Failure: Error, Hashable {
        let message: String
    }

    /// The schema, where one is named, and the table.
    ///
    /// Without quotes the whole text is one identifier in the session's current schema: `other.t` is a table with a dot
    /// in its name. With them it begins and ends with `"`, and every `"…"` in it is a part: one is the table, two are
    /// schema and table.
    /// - Source: golang-migrate v4.19.1, `database/postgres`, `WithConnection` and `Open`.
    func parts() throws(Failure) -> (schema: String?, table: String) {
        guard isQuoted else { return (nil, try Self.checked(text)) }
        guard text.hasPrefix("\""), text.hasSuffix("\""), text.utf8.count >= 2 else {
            throw Failure(
                message: "with `x-migrations-table-quoted` it begins and ends with a double quote, like "
                    + "\"migrate\".\"schema_migrations\"")
        }
        // The text between the 1st and the 2nd quote, the 3rd and the 4th, and so on.
        let pieces = text.split(separator: "\"", omittingEmptySubsequences: false)
        let parts = stride(from: 1, to: pieces.count - 1, by: 2).map { String(pieces[$0]) }
        switch parts.count {
        case 1: return (nil, try Self.checked(parts[0]))
        case 2: return (try Self.checked(parts[0]), try Self.checked(parts[1]))
        default: throw Failure(message: "it has \(parts.count) quoted parts; a table has at most two, schema and table")
        }
    }

    private static func checked(_ name: String) throws(Failure) -> String {
        guard !name.isEmpty else { throw Failure(message: "a name in it is empty") }
        guard name.utf8.count <= Settings.longestName else {
            throw Failure(
                message: "PostgreSQL keeps \(Settings.longestName) bytes of a name, one here has \(name.utf8.count)")
        }
        guard !name.unicodeScalars.contains(where: Printable.isControl) else {
            throw Failure(message: "a table name has no control characters")
        }
        return name
    }
}

extension Settings {
    /// Takes over whose version table it is and what it is called; a table that nobody names is the layout's own.
    mutating func overrideVersionTable(_ map: MapReader) {
        rules.layout = map[SettingsKey.layout]?.choice(Layout.self) ?? rules.layout
        let (plain, foreign) = (map[SettingsKey.migrationsTable], map[SettingsKey.foreignTable])
        if let foreign, plain != nil {
            foreign.error(.conflict, "`migrations_table` and `x-migrations-table` are the same; keep one")
        }
        var place = foreign ?? plain
        if let text = plain.flatMap({ Self.objectName($0, "a table") }) {
            versionTable = VersionTableSetting(text: text, isQuoted: false)
        }
        if let text = foreign?.plainText("a table name", because: "the plan is made with it") {
            versionTable = VersionTableSetting(text: text, isQuoted: versionTable?.isQuoted ?? false)
        }
        if let field = map[SettingsKey.foreignTableIsQuoted] {
            place = place ?? field
            if let isQuoted = field.flag() {
                if isQuoted, plain != nil || versionTable == nil {
                    field.error(.conflict, "this belongs to `x-migrations-table`, and there is none here")
                } else {
                    versionTable?.isQuoted = isQuoted
                }
            }
        }
        do throws(VersionTableSetting.Failure) {
            let names = try versionTable?.parts()
            rules.versionTable = names?.table ?? rules.layout.versionTable
            rules.versionTableSchema = names?.schema
        } catch {
            place?.error(.invalid, error.message)
        }
    }
}
