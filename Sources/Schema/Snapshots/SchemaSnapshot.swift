/// All objects of a schema at one moment.
public struct SchemaSnapshot: Sendable, Hashable {
    /// How it was looked at.
    public let scope: CatalogScope
    /// The schema whose objects have no schema before their names.
    public let home: String
    /// The server that printed the definitions: 150004 is 15.4.
    public let server: Int
    /// By identity; a schema has tens of thousands of them at most.
    public let objects: [SchemaObject.Identity: SchemaObject]

    /// Makes a snapshot. Of two objects with one identity the first stays.
    public init(scope: CatalogScope, home: String, server: Int, objects: [SchemaObject]) {
        self.scope = scope
        self.home = home
        self.server = server
        self.objects = Dictionary(objects.map { ($0.identity, $0) }) { first, _ in first }
    }

    /// In the order of kinds and names.
    public var sorted: [SchemaObject] { objects.values.sorted { $0.identity < $1.identity } }
}
