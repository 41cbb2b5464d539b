internal import Postgres

/// What a question to the catalogs depends on, and the expressions that it is made of.
struct CatalogTerms: Sendable {
    /// What is looked at, and how closely.
    let scope: CatalogScope
    /// The server's version: 150004 is 15.4.
    let server: Int
    /// What there is at all.
    let contents: CatalogContents
    /// The migration tool's own table, which is no part of the schema that it brings about.
    var tool: (schema: String?, name: String)?
    /// The schemas that are asked for at once, each as one for itself; nil for the home, with what lies around it where
    /// the scope says so.
    var schemas: [String]?

    /// The schemas looked at (`ns`), what belongs to an extension (`member`), the migration tool's own table (`tool`), and
    /// tables and views (`rel`).
    var commonTables: String {
        let asked =
            if let schemas {
                " AND nspname = ANY (\(Self.array(schemas)))"
            } else if scope.isHomeOnly {
                " AND nspname = current_setting('pgfleet.home')"
            } else {
                ""
            }
        let prefix =
            schemas == nil
            ? "CASE WHEN nspname = current_setting('pgfleet.home') THEN '' ELSE quote_ident(nspname) || '.' END" : "''"
        return """
            ns AS MATERIALIZED (SELECT oid, nspname, nspowner, nspacl, \(prefix) AS prefix FROM pg_namespace \
            WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'pgfleet')\(asked)), \
            \(members)tool AS MATERIALIZED (\(tools)), \
            rel AS MATERIALIZED (SELECT c.oid, c.relkind, c.relpersistence, c.reloptions, c.relispartition, \
            c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relam, c.reloftype, c.relpartbound, c.relowner, \
            c.relacl, n.nspname AS home, n.prefix || quote_ident(c.relname) AS name FROM pg_class c \
            JOIN ns n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't' \
            AND c.oid NOT IN (SELECT oid FROM tool) AND \(isOwn("pg_class", "c.oid")))
            """
    }

    private var members: String {
        contents.has(.extension)
            ? "member AS MATERIALIZED (SELECT classid, objid FROM pg_depend "
                + "WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'), " : ""
    }

    private var tools: String {
        guard let tool else { return "SELECT 0::oid AS oid" }
        return "SELECT c.oid FROM pg_class c WHERE c.relname = \(quotedLiteral(tool.name)) AND c.relnamespace IN ("
            + (tool.schema.map { "SELECT oid FROM pg_namespace WHERE nspname = \(quotedLiteral($0))" }
                ?? "SELECT oid FROM ns") + ")"
    }

    /// The condition that an object came with no extension.
    func isOwn(_ catalog: String, _ oid: String) -> String {
        contents.has(.extension)
            ? "NOT EXISTS (SELECT FROM member m WHERE m.classid = '\(catalog)'::regclass AND m.objid = \(oid))" : "true"
    }

    /// A catalog that holds parts of tables, by the column that names the table. Where few of a database's tables are looked
    /// at, the server finds their parts by that column's index, at once, and does not read what other schemas have. `OFFSET
    /// 0` keeps it from looking for each table among all of them once more.
    func parts(_ catalog: String, of column: String) -> String {
        scope.isHomeOnly
            ? "(SELECT * FROM \(catalog) WHERE \(column) = ANY (ARRAY(SELECT oid FROM rel)) OFFSET 0)" : catalog
    }

    /// An expression that is asked for only where there is something of a kind; NULL elsewhere.
    func ifAny(_ sign: CatalogContents.Sign, _ expression: String) -> String {
        contents.has(sign) ? expression : "NULL"
    }

    /// An expression for ` WITH (…)` of an array of options, in a fixed order; NULL without any.
    func options(_ array: String, _ word: String = "WITH") -> String {
        "CASE WHEN \(array) IS NOT NULL THEN '\(word) (' "
            + "|| (SELECT string_agg(o, ', ' ORDER BY o COLLATE \"C\") FROM unnest(\(array)) o) || ')' END"
    }

    /// An expression for when something fires.
    func firing(_ column: String) -> String {
        "CASE \(column) WHEN 'O' THEN '' WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' ENABLED REPLICA' ELSE ' ENABLED ALWAYS' END"
    }

    /// An expression for a function's name with its arguments; NULL for none.
    func function(_ oid: String) -> String { "nullif(\(oid)::oid, 0)::regprocedure" }

    /// An expression for an array of texts.
    static func array(_ texts: [String]) -> String {
        "ARRAY[" + texts.map(quotedLiteral).joined(separator: ",") + "]::text[]"
    }
}
