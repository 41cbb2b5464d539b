internal import FleetModel

extension StatementEffect {
    /// The effects of DROP.
    static func drops(_ node: String, _ fields: SyntaxNode) -> [StatementEffect] {
        switch node {
        case "DropdbStmt":
            let name = fields["dbname"].string?.harmless ?? ""
            return [.endangers(.dropDatabase, .other, action: "drops database \(name)")]
        case "DropOwnedStmt":
            let roles = fields["roles"].items.map { $0.node?.fields["rolename"].string?.harmless ?? "the current role" }
            let action = "drops all that \(roles.joined(separator: ", ")) owns"
            return [.endangers(.dropOwned, .other, action: action)]
        default:
            let sort = fields["removeType"].string ?? ""
            let cascades = fields["behavior"].string == "DROP_CASCADE"
            return fields["objects"].items.compactMap { dropped($0, sort, cascades) }
        }
    }

    private static func dropped(_ object: SyntaxNode, _ sort: String, _ cascades: Bool) -> StatementEffect? {
        guard let name = object.objectName else { return nil }
        let words = sort.trimmingPrefix("OBJECT_").lowercased().replacing("_", with: " ")
        let rest = cascades ? " and whatever depends on it" : ""
        switch sort {
        case "OBJECT_TABLE":
            return .endangers(.dropTable, .relation(name), action: "drops table \(name.text)\(rest)")
        case "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE":
            let what = sort == "OBJECT_MATVIEW" ? "materialized view" : words
            let action = "drops \(what) \(name.text)\(rest)"
            return cascades
                ? .endangers(.dropView, .relation(name), action: action) : .dropsView(name, action: action)
        case "OBJECT_SCHEMA":
            guard cascades else { return nil }
            return .endangers(
                .dropSchema, .schema(name.name), action: "drops schema \(name.text) and all that is in it")
        // What can depend on these are parts of tables that are no data, or nothing.
        case "OBJECT_INDEX", "OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE":
            return nil
        case "OBJECT_TYPE", "OBJECT_DOMAIN", "OBJECT_SEQUENCE":
            guard cascades else { return nil }
            return .endangers(.dropCascade, .relation(name), action: "drops \(words) \(name.text)\(rest)")
        default:
            guard cascades else { return nil }
            return .endangers(.dropCascade, .other, action: "drops \(words) \(name.text)\(rest)")
        }
    }
}

extension SyntaxNode {
    /// The name of what DROP names, whichever of its forms it has.
    fileprivate var objectName: RelationName? {
        guard let node else { return nil }
        switch node.name {
        case "String": return node.fields["sval"].string.map { RelationName(name: $0) }
        case "List": return node.fields["items"].qualifiedName
        case "TypeName": return node.fields["names"].qualifiedName
        case "ObjectWithArgs": return node.fields["objname"].qualifiedName
        default: return nil
        }
    }

    /// The last two names of a list of names.
    var qualifiedName: RelationName? {
        let parts = items.compactMap { $0.node?.fields["sval"].string }
        return parts.last.map { RelationName(schema: parts.dropLast().last, name: $0) }
    }

    /// The name in a RangeVar.
    var rangeName: RelationName? {
        self["relname"].string.map { RelationName(schema: self["schemaname"].string, name: $0) }
    }

    /// Whether a WHERE leaves no row out: it is not there, or it is the word TRUE.
    var choosesAll: Bool { self == .nothing || self["A_Const"]["boolval"]["boolval"].isTrue }
}
