internal import Postgres

/// One kind's question to the catalogs: rows of a name, the table it hangs on, and a definition.
///
/// Names and definitions are as the server prints them while the home is the whole search path: what lies in the home has
/// no schema before its name, so that one schema compares with another of another name.
struct CatalogQuery {
    /// What its rows are.
    let kind: ObjectKind
    /// `SELECT … AS name, … AS parent, … AS definition`, on the common tables of `commonTables`.
    let select: String

    /// The schemas looked at (`ns`), what belongs to an extension (`member`), the migration tool's own table (`tool`), and
    /// tables and views (`rel`).
    static func commonTables(_ scope: CatalogScope, tool: ToolTable?) -> String {
        let only = scope.isHomeOnly ? " AND nspname = current_setting('pgfleet.home')" : ""
        let table =
            if let tool {
                "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                    + "WHERE c.relname = \(quotedLiteral(tool.name)) AND n.nspname = \(quotedLiteral(tool.schema))"
            } else {
                "SELECT 0::oid AS oid"
            }
        return """
            ns AS MATERIALIZED (SELECT oid, nspname, nspowner, nspacl, CASE WHEN nspname = current_setting('pgfleet.home') \
            THEN '' ELSE quote_ident(nspname) || '.' END AS prefix FROM pg_namespace WHERE nspname !~ '^pg_' \
            AND nspname NOT IN ('information_schema', 'pgfleet')\(only)), \
            member AS MATERIALIZED (SELECT classid, objid FROM pg_depend \
            WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'), \
            tool AS MATERIALIZED (\(table)), \
            rel AS MATERIALIZED (SELECT c.oid, c.relkind, c.relpersistence, c.reloptions, c.relispartition, \
            c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relam, c.reloftype, c.relpartbound, c.relowner, \
            c.relacl, n.prefix || quote_ident(c.relname) AS name FROM pg_class c JOIN ns n ON n.oid = c.relnamespace \
            WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't' \
            AND c.oid NOT IN (SELECT oid FROM tool) AND \(isOwn("pg_class", "c.oid")))
            """
    }

    /// The condition that an object came with no extension.
    static func isOwn(_ catalog: String, _ oid: String) -> String {
        "NOT EXISTS (SELECT FROM member m WHERE m.classid = '\(catalog)'::regclass AND m.objid = \(oid))"
    }

    /// An expression for ` WITH (…)` of an array of options, in a fixed order; NULL without any.
    static func options(_ array: String, _ word: String = "WITH") -> String {
        "'\(word) (' || (SELECT string_agg(o, ', ' ORDER BY o COLLATE \"C\") FROM unnest(\(array)) o) || ')'"
    }

    /// An expression for when something fires.
    static func firing(_ column: String) -> String {
        "CASE \(column) WHEN 'O' THEN '' WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' ENABLED REPLICA' ELSE ' ENABLED ALWAYS' END"
    }

    /// An expression for a function's name with its arguments; NULL for none.
    static func function(_ oid: String) -> String { "nullif(\(oid)::oid, 0)::regprocedure" }

    /// The questions of a scope, in the order of its kinds.
    static func all(_ scope: CatalogScope, server: Int) -> [CatalogQuery] {
        let queries =
            relations(server) + partsOfRelations + routines(server) + types + namedThings(server) + ofDatabase
            + extras(scope)
        let kinds = Set(scope.kinds)
        return queries.filter { kinds.contains($0.kind) }
    }
}

/// The migration tool's own table, which is no part of the schema that it brings about.
public struct ToolTable: Sendable, Hashable {
    /// Its schema.
    public let schema: String
    /// Its name, unquoted.
    public let name: String

    /// Makes a name.
    public init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }
}
