internal import FleetModel

/// Reads `check` and `scratch`.
enum CheckLoader {
    private static let patternLimit = 200

    static func check(_ field: Field?) -> CheckRules {
        var rules = CheckRules()
        let expected = "a map with ignore, comments, privileges, publications"
        guard let field, let map = MapReader(field, expected, keys: Set(CheckKey.names)) else { return rules }
        rules.ignoring = texts(map[CheckKey.ignore], "a pattern or a list of patterns, such as `table audit.*`")
        rules.comparesComments = map[CheckKey.comments]?.onOrOff() ?? false
        rules.comparesPrivileges = map[CheckKey.privileges]?.onOrOff() ?? false
        rules.comparesPublications = map[CheckKey.publications]?.onOrOff() ?? false
        return rules
    }

    /// What scratch databases need, and the server on which they are to be made, where one is named.
    static func scratch(_ field: Field?, directory: String) -> (rules: ScratchRules, server: TargetAccess?) {
        var rules = ScratchRules()
        let expected = "a map with extensions, roles, prelude, programs, server"
        guard let field, let map = MapReader(field, expected, keys: Set(ScratchKey.names)) else { return (rules, nil) }
        rules.extensions = texts(map[ScratchKey.extensions], "an extension or a list of extensions")
        rules.roles = texts(map[ScratchKey.roles], "a role or a list of roles")
        rules.prelude = map[ScratchKey.prelude]?
            .plainText("a file of SQL", because: "the file is read before secrets are")
            .map { FilePaths.absolute($0, in: directory) }
        rules.programs = map[ScratchKey.programs]?
            .plainText("a folder", because: "the programs are looked for before secrets are")
            .map { FilePaths.absolute($0, in: directory) }
        if let server = map[ScratchKey.server], map[ScratchKey.programs] != nil {
            server.error(
                .conflict,
                "`programs` start a server on this machine, and `server` names one that runs; keep one of them")
        }
        return (rules, map[ScratchKey.server].flatMap { server($0, directory: directory) })
    }

    /// Nothing is inherited from `defaults`: what the fleet's servers are told is not told to another one unasked.
    private static func server(_ field: Field, directory: String) -> TargetAccess? {
        let expected = "a map like {host: db.example, user: scratch}"
        guard let map = MapReader(field, expected, keys: ScratchServerKey.all) else { return nil }
        var settings = Settings(migrations: directory, directory: directory)
        settings.override(with: map)
        guard map["host"] != nil else {
            field.error(.missing, "the server has no `host`")
            return nil
        }
        guard let endpoint = settings.endpoint(map["port"] ?? field) else { return nil }
        return TargetAccess(settings, endpoint: endpoint, database: settings.database ?? "postgres", schema: nil)
    }

    private static func texts(_ field: Field?, _ expected: String) -> [String] {
        guard let field, let items = field.listOrOne(expected) else { return [] }
        guard items.count <= patternLimit else {
            field.error(.limit, "the list has more than \(patternLimit) entries")
            return []
        }
        return items.compactMap { item in
            guard let text = item.scalar(expected) else { return nil }
            guard !text.isEmpty else {
                item.error(.invalid, "the text is empty")
                return nil
            }
            return text
        }
    }
}
