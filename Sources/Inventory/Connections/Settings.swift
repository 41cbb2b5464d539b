import FleetModel

/// What `defaults`, an environment, a host and a target may each say; each level starts as a copy of the one above.
struct Settings {
    var keywords: [String: SecretText] = [:]
    /// One, or a list of which one takes writes.
    var hosts: [String]?
    /// One for all hosts, or one for each.
    var ports: [Int]?
    var database: String?
    var schema: String?
    var connectTimeout = ConnectTimeout(.seconds(10))
    var migrations: String
    var rules = TargetRules()
    /// What was said about the version table; nil while its layout decides.
    var versionTable: VersionTableSetting?
    /// The folder of the inventory file, for relative paths.
    let directory: String

    static let keys = Set(SettingsKey.names).union(LibPQKeyword.all)

    /// NAMEDATALEN - 1; a longer name would be cut silently.
    static let longestName = 63

    /// Takes over what a map says; what it does not say stays as inherited.
    mutating func override(with map: MapReader) {
        for (name, value) in map.keywords { set(name, value) }
        if let field = map[SettingsKey.database] {
            if map["dbname"] != nil { field.error(.conflict, "`database` and `dbname` are the same; keep one") }
            database = Self.objectName(field, "a database") ?? database
        }
        if let field = map[SettingsKey.schema] { schema = Self.objectName(field, "a schema") ?? schema }
        if let field = map[SettingsKey.migrations] {
            let text = field.plainText("a folder", because: "the files are read before secrets are")
            migrations = text.map { FilePaths.absolute($0, in: directory) } ?? migrations
        }
        overrideVersionTable(map)
        overrideRules(map)
    }

    private mutating func set(_ keyword: String, _ field: Field) {
        switch keyword {
        case "host": hosts = Self.hosts(field) ?? hosts
        case "port": ports = Self.ports(field) ?? ports
        case "dbname": database = Self.objectName(field, "a database") ?? database
        case "replication": field.error(.conflict, "migrations need an ordinary connection; leave `replication` out")
        case "connect_timeout":
            field.warning(.conflict, "this has no effect; write `timeouts: {connect: 5s}`")
        default:
            guard let text = field.secret("text", directory: directory) else { return }
            check(keyword, text, field)
            keywords[keyword] = text
        }
    }

    private func check(_ keyword: String, _ text: SecretText, _ field: Field) {
        guard let literal = text.literal else { return }
        if LibPQKeyword.secret.contains(keyword), !literal.isEmpty {
            field.warning(
                .invalid,
                "this secret is written into the file itself; use `${env:NAME}`, `${file:PATH}` or `${command:LINE}`")
        }
        if let choices = LibPQKeyword.choices[keyword], !choices.contains(literal) {
            let meant = Suggestion.nearest(to: literal, among: choices).map { "; did you mean `\($0)`?" } ?? ""
            field.error(
                .invalid,
                "expected one of \(choices.joined(separator: ", ")), found \(Printable.value(literal))\(meant)")
        }
    }

    /// A name of a database, a schema or a table: any characters, but no longer than PostgreSQL keeps.
    static func objectName(_ field: Field, _ what: String) -> String? {
        guard let text = field.plainText("\(what) name", because: "the target is named after it") else { return nil }
        guard text.utf8.count <= longestName else {
            field.error(.invalid, "PostgreSQL keeps \(longestName) bytes of a name, this one has \(text.utf8.count)")
            return nil
        }
        guard !text.unicodeScalars.contains(where: Printable.isControl) else {
            field.error(.invalid, "\(what) name has no control characters")
            return nil
        }
        return text
    }
}
