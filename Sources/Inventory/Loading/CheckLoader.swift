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

    static func scratch(_ field: Field?, directory: String) -> ScratchRules {
        var rules = ScratchRules()
        let expected = "a map with extensions, roles, prelude, programs"
        guard let field, let map = MapReader(field, expected, keys: Set(ScratchKey.names)) else { return rules }
        rules.extensions = texts(map[ScratchKey.extensions], "an extension or a list of extensions")
        rules.roles = texts(map[ScratchKey.roles], "a role or a list of roles")
        rules.prelude = map[ScratchKey.prelude]?
            .plainText("a file of SQL", because: "the file is read before secrets are")
            .map { FilePaths.absolute($0, in: directory) }
        rules.programs = map[ScratchKey.programs]?
            .plainText("a folder", because: "the programs are looked for before secrets are")
            .map { FilePaths.absolute($0, in: directory) }
        return rules
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
