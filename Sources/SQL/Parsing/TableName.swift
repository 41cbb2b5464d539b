/// A table, a view or an index as a statement names it; with a schema only where the statement has one.
public struct TableName: Sendable, Hashable {
    /// Nil where the session's search path decides.
    public let schema: String?
    /// As PostgreSQL keeps it, without quotes.
    public let name: String

    /// Makes a name.
    public init(schema: String? = nil, name: String) {
        self.schema = schema
        self.name = name
    }
}

extension TableName {
    /// Reads a RangeVar; nil for anything else.
    init?(_ range: SyntaxNode) {
        let fields = range.node.map { $0.name == "RangeVar" ? $0.fields : .nothing } ?? range
        guard let name = fields["relname"].string else { return nil }
        self.init(schema: fields["schemaname"].string, name: name)
    }

    /// Reads a list of name parts, as DROP has them: `[database, schema,] name`.
    init?(parts list: SyntaxNode) {
        let items = list.node?.name == "List" ? list.node?.fields["items"].items ?? [] : list.items
        let parts = items.compactMap { $0.node?.fields["sval"].string }
        guard let name = parts.last, parts.count == items.count else { return nil }
        self.init(schema: parts.count > 1 ? parts[parts.count - 2] : nil, name: name)
    }
}
