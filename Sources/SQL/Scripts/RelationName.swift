/// The name of a table, an index, a view or a sequence, as a statement writes it.
public struct RelationName: Sendable, Hashable {
    /// Nil where the statement leaves it to the search path.
    public let schema: String?
    /// Without quotes.
    public let name: String

    /// Makes a name.
    public init(schema: String? = nil, name: String) {
        self.schema = schema
        self.name = name
    }
}
