/// The databases and schemas that an entry of `hosts` or `targets` names itself.
struct EntryNames {
    /// `nil` when it names none, or names them wrongly.
    private(set) var databases: [String]?
    /// At least one; `nil` in it is the connection's own search path.
    private(set) var schemas: [String?]
    /// The query that finds the databases.
    private(set) var discover: (sql: String, field: Field)?
    /// Whether the entry says anything about databases, rightly or wrongly.
    let isOwn: Bool

    init(_ map: MapReader, inheritedSchema: String?) {
        let single = map[SettingsKey.database] ?? map["dbname"]
        let several = map[EntryKey.databases]
        let query = map[EntryKey.discover]
        isOwn = single != nil || several != nil || query != nil
        schemas = [inheritedSchema]
        if let several, single != nil {
            several.error(.conflict, "`database` and `databases` exclude each other; put all names into `databases`")
        }
        if let several, query != nil {
            several.error(.conflict, "`databases` and `discover` exclude each other")
        }
        if let schemas = map[EntryKey.schemas] {
            if map[SettingsKey.schema] != nil {
                schemas.error(.conflict, "`schema` and `schemas` exclude each other; put all names into `schemas`")
            }
            self.schemas = Self.names(schemas, "a schema")
        }
        if let query {
            if let sql = query.text("an SQL query that returns database names") { discover = (sql, query) }
        } else if let several {
            databases = Self.names(several, "a database")
        } else if let single, case .scalar(let name, _) = single.node.content {
            // What else may be wrong with it was logged when it was read as a setting.
            if name.holds("{"), name.holds(".."), !name.holds("${") {
                single.error(.invalid, "`database` is one name; a range is written under `databases`")
            }
            databases = [name]
        }
    }

    private static func names(_ field: Field, _ what: String) -> [String] {
        guard let items = field.listOrOne("\(what) name, a range like \"tenant_{001..120}\", or a list of them") else {
            return []
        }
        if items.isEmpty { field.error(.missing, "the list is empty") }
        var names: [String] = []
        for item in items {
            guard let text = Settings.objectName(item, what) else { continue }
            do {
                names += try NumberedNames.expand(text)
            } catch {
                item.error(.invalid, error.message)
            }
            guard names.count <= NumberedNames.limit else {
                item.error(.limit, "more than \(NumberedNames.limit) names")
                return []
            }
        }
        return names
    }
}
