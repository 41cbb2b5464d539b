/// What a schema is made of. The raw values are words of output, of `ignore:` patterns and of snapshot files.
public enum ObjectKind: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case schema, `extension`, type, collation, sequence, table, column, constraint, index, view, rule, function, trigger
    case policy, statistics, `operator`, cast
    case eventTrigger = "event trigger"
    case foreignServer = "foreign server"
    case textSearch = "text search"
    case publication, comment, privilege

    /// Kinds that belong to a database and not to one of its schemas, so that a target that is one schema has none.
    public var isOfDatabase: Bool {
        switch self {
        case .schema, .extension, .eventTrigger, .foreignServer, .publication, .cast: true
        case .type, .collation, .sequence, .table, .column, .constraint, .index, .view, .rule, .function, .trigger,
            .policy, .statistics, .operator, .textSearch, .comment, .privilege:
            false
        }
    }

    /// In the order of the cases: what others are made of comes first.
    public static func < (left: ObjectKind, right: ObjectKind) -> Bool { left.place < right.place }

    private var place: Int { Self.places[self] ?? 0 }
    private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}
