internal import Crypto
public import FleetModel
internal import Migrations
internal import Postgres

/// Which part of a database is looked at, and how closely. Two snapshots can be compared when they have the same scope.
public struct CatalogScope: Sendable, Hashable, Codable {
    /// The schema in which unqualified names are looked for, if it is named; else the first of the search path.
    public var home: String?
    /// Whether only the objects of the home are looked at: a target that is one schema of several.
    public var isHomeOnly: Bool
    /// What is left out, and what is compared that is not always.
    public var rules: CheckRules

    /// Looks at the whole database, if nothing else is said.
    public init(home: String? = nil, isHomeOnly: Bool = false, rules: CheckRules = CheckRules()) {
        self.home = home
        self.isHomeOnly = isHomeOnly
        self.rules = rules
    }

    /// The kinds that it looks at, in their order.
    public var kinds: [ObjectKind] {
        ObjectKind.allCases.filter { kind in
            switch kind {
            case .comment: rules.comparesComments
            case .privilege: rules.comparesPrivileges
            case .publication: rules.comparesPublications && !isHomeOnly
            default: !(isHomeOnly && kind.isOfDatabase)
            }
        }
    }

    /// A digest of the questions that a look by this scope asks, whatever the server: what was read by other questions, by
    /// another pgfleet perhaps, is not compared with what these read.
    public var reading: String {
        let texts = [130_000, 180_000].flatMap { server in
            let terms = CatalogTerms(scope: self, server: server, contents: .everything, schemas: isHomeOnly ? [] : nil)
            return [CatalogText.digests(terms), CatalogText.objects(terms, kinds: nil)]
        }
        return SHA256.hash(data: Array((texts + [CatalogMark.question]).joined().utf8)).hex
    }

    /// A condition on `kind`, `name` and `parent` that holds for what is not to be ignored; nil where nothing is.
    var condition: String? {
        guard !rules.ignoring.isEmpty else { return nil }
        let patterns = "ARRAY[" + rules.ignoring.map { quotedLiteral(Self.like($0)) }.joined(separator: ",") + "]"
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
