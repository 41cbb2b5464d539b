internal import FleetModel
internal import Postgres

/// The statements of one look at the catalogs.
enum CatalogText {
    /// How many statements of the opening come before the mark; the last of them tells of the schemas.
    static let preparationCount = 4

    /// Begins the transaction, sets for it alone all that definitions are printed by, and asks for the mark.
    ///
    /// - Parameters:
    ///   - schemas: those that are asked for at once; nil for the home of the scope.
    ///   - isInside: whether a transaction is open, in which the look takes place and which goes on as it was.
    ///   - limit: how long each question may take; who holds a lock that is needed to print a view is not waited for as long.
    static func opening(
        _ scope: CatalogScope, schemas: [String]?, isInside: Bool, within limit: StatementTimeout
    ) -> [String] {
        preparation(scope, schemas: schemas, isInside: isInside, within: limit) + [CatalogMark.question]
    }

    /// The opening without the mark. The last statement answers with the schemas that there are and whether the role may
    /// use them, without which names in them are printed as if they lay elsewhere.
    private static func preparation(
        _ scope: CatalogScope, schemas: [String]?, isInside: Bool, within limit: StatementTimeout
    ) -> [String] {
        let home = schemas == nil ? scope.home.map(quotedLiteral) ?? "current_schema()" : "''"
        return [
            isInside
                ? "SAVEPOINT pgfleet_look" : "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            // Before the search path is set, which decides what current_schema() is.
            "SELECT set_config('pgfleet.home', coalesce(\(home), ''), true), set_config('lock_timeout', '10s', true), "
                + "set_config('statement_timeout', '\(limit.duration.components.seconds)s', true), set_config('TimeZone', 'UTC', true), "
                + "set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true), "
                + "set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true), "
                + "set_config('standard_conforming_strings', 'on', true), set_config('quote_all_identifiers', 'off', true), "
                + "set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)",
            "SELECT set_config('search_path', quote_ident(current_setting('pgfleet.home')), true)",
            schemas.map {
                "SELECT nspname, has_schema_privilege(oid, 'USAGE') FROM pg_namespace "
                    + "WHERE nspname = ANY (\(CatalogTerms.array($0)))"
            }
                ?? "SELECT current_setting('pgfleet.home'), CASE WHEN to_regnamespace(quote_ident(current_setting("
                + "'pgfleet.home'))) IS NULL THEN false ELSE has_schema_privilege(current_setting('pgfleet.home'), 'USAGE') END",
        ]
    }

    /// Ends what the opening began.
    static func end(isInside: Bool) -> String { isInside ? "ROLLBACK TO SAVEPOINT pgfleet_look" : "COMMIT" }

    /// Asks whether any transaction has ended meanwhile: a snapshot is the same again only if none has.
    static let snapshot = "SELECT pg_current_snapshot()"

    /// Rows of kind, count and digest; where schemas are asked for, of kind, count, digest and schema.
    ///
    /// An object is hashed as its name and its definition. Each is printed once: the order is one of the same expression.
    static func digests(_ terms: CatalogTerms) -> String {
        let digest =
            "encode(sha256(convert_to(string_agg(q.x, E'\\x1e' ORDER BY q.x), 'UTF8')), 'hex')"
        let object = "q.name || E'\\x1f' || q.definition"
        return question(terms, kinds: nil) { kind, select in
            if terms.schemas == nil {
                "SELECT '\(kind.rawValue)' AS kind, count(*) AS n, \(digest) FROM (SELECT (\(object)) COLLATE \"C\" AS x "
                    + "FROM (\(select)) q) q HAVING count(*) > 0"
            } else {
                "SELECT '\(kind.rawValue)' AS kind, count(*) AS n, \(digest), q.home::text FROM (SELECT q.home, "
                    + "(\(withoutHome(object))) COLLATE \"C\" AS x FROM (\(select)) q) q GROUP BY q.home"
            }
        }
    }

    /// An expression for a text with a sign in place of the name of the object's own schema, so that schemas of different
    /// names compare. Texts that differ in something else stay different: the sign's first character is doubled where it
    /// was there before.
    private static func withoutHome(_ text: String) -> String {
        "replace(replace(\(text), E'\\x01', E'\\x01\\x01'), quote_ident(q.home) || '.', E'\\x01\\x02')"
    }

    /// Rows of kind, name, parent and definition.
    static func objects(_ terms: CatalogTerms, kinds: Set<ObjectKind>?) -> String {
        question(terms, kinds: kinds) { kind, select in
            "SELECT '\(kind.rawValue)' AS kind, q.name, q.parent, q.definition FROM (\(select)) q"
        }
    }

    /// One statement for all kinds, as a session without caches plans and runs one faster than twenty.
    private static func question(
        _ terms: CatalogTerms, kinds: Set<ObjectKind>?, _ each: (ObjectKind, String) -> String
    ) -> String {
        let parts = CatalogQuery.all(terms).filter { kinds?.contains($0.kind) ?? true }.map { query in
            let chosen =
                terms.scope.condition.map {
                    "SELECT * FROM (SELECT '\(query.kind.rawValue)' AS kind, p.* FROM "
                        + "(\(query.select)) p) q WHERE \($0)"
                } ?? query.select
            return each(query.kind, chosen)
        }
        guard !parts.isEmpty else { return "SELECT NULL WHERE false" }
        return "WITH " + terms.commonTables + " " + parts.joined(separator: " UNION ALL ")
    }
}
