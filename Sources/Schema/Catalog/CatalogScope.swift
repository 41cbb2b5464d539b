internal import FleetModel
internal import Postgres

/// Which part of a database is looked at, and how closely. Two snapshots can be compared when they have the same scope.
public struct CatalogScope: Sendable, Hashable, Codable {
    /// The schema in which unqualified names are looked for, if it is named; else the first of the search path.
    public var home: String?
    /// Whether only the objects of the home are looked at: a target that is one schema of several.
    public var isHomeOnly: Bool
    /// Patterns (`*`, `?`) of names, or of a kind and a name (`index *_tmp`), that are left out with all that hangs on them.
    public var ignoring: [String]
    /// Whether comments are compared.
    public var comparesComments: Bool
    /// Whether owners and privileges are compared.
    public var comparesPrivileges: Bool
    /// Whether publications are compared.
    public var comparesPublications: Bool

    /// Looks at the whole database, without comments, privileges and publications.
    public init(
        home: String? = nil, isHomeOnly: Bool = false, ignoring: [String] = [], comparesComments: Bool = false,
        comparesPrivileges: Bool = false, comparesPublications: Bool = false
    ) {
        self.home = home
        self.isHomeOnly = isHomeOnly
        self.ignoring = ignoring
        self.comparesComments = comparesComments
        self.comparesPrivileges = comparesPrivileges
        self.comparesPublications = comparesPublications
    }

    /// The kinds that it looks at, in their order.
    public var kinds: [ObjectKind] {
        ObjectKind.allCases.filter { kind in
            switch kind {
            case .comment: comparesComments
            case .privilege: comparesPrivileges
            case .publication: comparesPublications && !isHomeOnly
            default: !(isHomeOnly && kind.isOfDatabase)
            }
        }
    }

    /// A condition on `kind`, `name` and `parent` that holds for what is not to be ignored; nil where nothing is.
    var condition: String? {
        guard !ignoring.isEmpty else { return nil }
        let patterns = "ARRAY[" + ignoring.map { quotedLiteral(Self.like($0)) }.joined(separator: ",") + "]"
        return "NOT (q.name LIKE ANY (\(patterns)) OR q.kind || ' ' || q.name LIKE ANY (\(patterns)) "
            + "OR coalesce(q.parent LIKE ANY (\(patterns)) OR 'table ' || q.parent LIKE ANY (\(patterns)), false))"
    }

    private static func like(_ pattern: String) -> String {
        pattern.map { character in
            switch character {
            case "*": "%"
            case "?": "_"
            case "%", "_", "\\": "\\\(character)"
            default: "\(character)"
            }
        }.joined()
    }
}
