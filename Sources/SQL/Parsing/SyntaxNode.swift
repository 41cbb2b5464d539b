/// One value of PostgreSQL's parse tree, as libpg_query writes it in JSON.
enum SyntaxNode: Sendable, Hashable {
    case object([String: SyntaxNode])
    case list([SyntaxNode])
    case text(String)
    case number(Double)
    case flag(Bool)
    case nothing

    /// A field of an object; `nothing` where there is none, as libpg_query leaves out fields with their zero value.
    subscript(field: String) -> SyntaxNode {
        guard case .object(let fields) = self else { return .nothing }
        return fields[field] ?? .nothing
    }

    var items: [SyntaxNode] {
        guard case .list(let items) = self else { return [] }
        return items
    }

    var string: String? {
        guard case .text(let string) = self else { return nil }
        return string
    }

    var isTrue: Bool { self == .flag(true) }

    /// A node is written as an object with one field, named for the node's type.
    var node: (name: String, fields: SyntaxNode)? {
        guard case .object(let fields) = self, fields.count == 1, let only = fields.first else { return nil }
        return (only.key, only.value)
    }

    /// The options of a statement that are written as `WITH (name = value, …)` or `(name value, …)`, by name.
    var options: [String: SyntaxNode] {
        var options: [String: SyntaxNode] = [:]
        for item in items {
            guard let element = item.node, element.name == "DefElem", let name = element.fields["defname"].string else {
                continue
            }
            options[name] = element.fields["arg"]
        }
        return options
    }

    /// Whether an option that is given means "on": PostgreSQL takes no value, true, on, 1 for it (defGetBoolean).
    var meansOn: Bool {
        guard let value = node else { return true }
        switch value.name {
        case "Boolean":
            return value.fields["boolval"].isTrue
        case "Integer":
            return value.fields["ival"] != .nothing && value.fields["ival"] != .number(0)
        case "String":
            return !["false", "off", "0"].contains(value.fields["sval"].string?.lowercased() ?? "")
        default:
            return true
        }
    }
}
