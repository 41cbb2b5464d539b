internal import FleetModel
internal import Postgres

/// The statements of one look at the catalogs.
enum CatalogText {
    /// All statements of a look: the preparation, the mark, the questions, the end; and the mark once more, where there was
    /// time for a change.
    ///
    /// - Parameter isInside: whether a transaction is open, in which the look takes place and which goes on as it was.
    static func statements(
        _ questions: [String], _ scope: CatalogScope, isInside: Bool = false
    ) -> [PipelineStatement] {
        let group =
            preparation(scope, isInside: isInside) + [CatalogMark.question] + questions + [
                isInside ? "ROLLBACK TO SAVEPOINT pgfleet_look" : "COMMIT"
            ]
        return group.enumerated().map { PipelineStatement($1, joinsPrevious: $0 > 0) }
            + (questions.isEmpty ? [] : [PipelineStatement(CatalogMark.question)])
    }

    /// How many statements come before the mark; the last of them tells the home.
    static let preparationCount = 4

    /// Begins the transaction and sets, for it alone, all that definitions are printed by; the last of them answers with
    /// the home and whether the role may use it, without which names in it are printed as if they lay elsewhere.
    static func preparation(_ scope: CatalogScope, isInside: Bool = false) -> [String] {
        let home = scope.home.map(quotedLiteral) ?? "current_schema()"
        return [
            isInside
                ? "SAVEPOINT pgfleet_look" : "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            // Before the search path is set, which decides what current_schema() is.
            "SELECT set_config('pgfleet.home', coalesce(\(home), ''), true), set_config('lock_timeout', '10s', true), "
                + "set_config('statement_timeout', '120s', true), set_config('TimeZone', 'UTC', true), "
                + "set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true), "
                + "set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true), "
                + "set_config('standard_conforming_strings', 'on', true), set_config('quote_all_identifiers', 'off', true), "
                + "set_config('jit', 'off', true)",
            "SELECT set_config('search_path', quote_ident(current_setting('pgfleet.home')), true)",
            "SELECT current_setting('pgfleet.home'), CASE WHEN to_regnamespace(quote_ident(current_setting('pgfleet.home'))) "
                + "IS NULL THEN false ELSE has_schema_privilege(current_setting('pgfleet.home'), 'USAGE') END",
        ]
    }

    /// Rows of kind, count and digest.
    static func digests(_ scope: CatalogScope, tool: ToolTable?, server: Int) -> String {
        question(scope, tool: tool, server: server, kinds: nil) { kind, select in
            "SELECT '\(kind.rawValue)' AS kind, count(*) AS n, encode(sha256(convert_to(coalesce(string_agg(q.name || E'\\x1f' "
                + "|| q.definition, E'\\x1e' ORDER BY q.name COLLATE \"C\", q.definition COLLATE \"C\"), ''), 'UTF8')), 'hex') "
                + "FROM (\(select)) q HAVING count(*) > 0"
        }
    }

    /// Rows of kind, name, parent and definition.
    static func objects(
        _ scope: CatalogScope, tool: ToolTable?, server: Int, kinds: Set<ObjectKind>?
    ) -> String {
        question(scope, tool: tool, server: server, kinds: kinds) { kind, select in
            "SELECT '\(kind.rawValue)' AS kind, q.name, q.parent, q.definition FROM (\(select)) q"
        }
    }

    /// One statement for all kinds, as a session without caches plans and runs one faster than twenty.
    private static func question(
        _ scope: CatalogScope, tool: ToolTable?, server: Int, kinds: Set<ObjectKind>?,
        _ each: (ObjectKind, String) -> String
    ) -> String {
        let parts = CatalogQuery.all(scope, server: server).filter { kinds?.contains($0.kind) ?? true }.map { query in
            let chosen =
                scope.condition.map {
                    "SELECT * FROM (SELECT '\(query.kind.rawValue)' AS kind, p.* FROM "
                        + "(\(query.select)) p) q WHERE \($0)"
                } ?? query.select
            return each(query.kind, chosen)
        }
        return "WITH " + CatalogQuery.commonTables(scope, tool: tool) + " " + parts.joined(separator: " UNION ALL ")
    }
}

/// Why a schema cannot be looked at.
enum HomeProblem {
    /// No schema of the search path is there.
    case missing
    /// It does not exist, or the role has no right to use it.
    case unusable(String)

    var failure: TargetFailure {
        switch self {
        case .missing:
            TargetFailure(
                kind: .unknownDatabase,
                message: "No schema of the search path exists, or the role may use none of them",
                consequence: "Nothing was looked at", remedy: "Name a schema for this target in fleet.yaml")
        case .unusable(let home):
            TargetFailure(
                kind: .permissionDenied,
                message: "The schema \(home.harmless) does not exist, or the role has no USAGE on it",
                consequence: "Nothing was looked at",
                remedy: "Grant it: GRANT USAGE ON SCHEMA \(quotedIdentifier(home).harmless) TO the role")
        }
    }
}
