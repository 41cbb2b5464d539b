extension CatalogQuery {
    /// Tables, their columns, sequences and views.
    static func relations(_ terms: CatalogTerms) -> [CatalogQuery] {
        [
            CatalogQuery(
                kind: .table,
                select: """
                    SELECT r.home, r.name, NULL AS parent, concat_ws(' ', CASE r.relpersistence WHEN 'u' THEN \
                    'UNLOGGED' END, \
                    CASE r.relkind WHEN 'f' THEN 'FOREIGN' END, 'TABLE', 'OF ' || nullif(r.reloftype, 0)::regtype, \
                    'PARTITION BY ' || CASE r.relkind WHEN 'p' THEN pg_get_partkeydef(r.oid) END, \
                    \(terms.ifAny(.inheritance, parents(terms))), pg_get_expr(r.relpartbound, r.oid), \
                    CASE WHEN r.relam NOT IN (0, \(heap)) THEN 'USING ' \
                    || (SELECT am.amname FROM pg_am am WHERE am.oid = r.relam) END, \
                    \(terms.options("r.reloptions")), CASE WHEN r.relrowsecurity THEN 'ROW LEVEL SECURITY' END, \
                    CASE WHEN r.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END, \
                    CASE r.relreplident WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' WHEN 'f' THEN 'REPLICA IDENTITY FULL' \
                    WHEN 'i' THEN 'REPLICA IDENTITY USING INDEX' END, \
                    \(terms.ifAny(.foreignTable, foreign(terms)))) \
                    AS definition FROM rel r WHERE r.relkind IN ('r', 'p', 'f')
                    """),
            CatalogQuery(kind: .column, select: column(terms)),
            CatalogQuery(
                kind: .sequence,
                select: """
                    SELECT n.nspname AS home, n.prefix || quote_ident(c.relname) AS name, o.name AS parent, \
                    concat_ws(' ', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END, 'SEQUENCE AS', \
                    format_type(s.seqtypid, NULL), 'START', s.seqstart, 'INCREMENT', s.seqincrement, 'MINVALUE', s.seqmin, \
                    'MAXVALUE', s.seqmax, 'CACHE', s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' END, \
                    'OWNED BY ' || o.name || '.' || quote_ident(o.attname)) AS definition \
                    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN ns n ON n.oid = c.relnamespace \
                    LEFT JOIN LATERAL (SELECT d.refobjid, coalesce(r.name, d.refobjid::regclass::text) AS name, \
                    a.attname FROM pg_depend d \
                    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
                    LEFT JOIN rel r ON r.oid = d.refobjid \
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') \
                    AND d.refclassid = 'pg_class'::regclass) o ON true \
                    WHERE c.relpersistence <> 't' AND \(terms.isOwn("pg_class", "c.oid")) \
                    AND coalesce(o.refobjid, 1) NOT IN (SELECT oid FROM tool)
                    """),
            CatalogQuery(
                kind: .view,
                select: """
                    SELECT r.home, r.name, NULL AS parent, concat_ws(' ', CASE r.relkind WHEN 'm' THEN 'MATERIALIZED' \
                    END, 'VIEW', \
                    \(terms.options("r.reloptions")), 'AS') || E'\\n' || pg_get_viewdef(r.oid) AS definition \
                    FROM rel r WHERE r.relkind IN ('v', 'm')
                    """),
        ]
    }

    /// The number of the access method of ordinary tables, since there have been others.
    private static let heap = 2

    private static func parents(_ terms: CatalogTerms) -> String {
        let pending = terms.server >= 140_000 ? "bool_or(i.inhdetachpending)" : "false"
        return """
            (SELECT CASE WHEN r.relispartition THEN 'PARTITION OF ' ELSE 'INHERITS ' END \
            || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) \
            || CASE WHEN \(pending) THEN ' DETACH PENDING' ELSE '' END FROM pg_inherits i WHERE i.inhrelid = r.oid)
            """
    }

    private static func foreign(_ terms: CatalogTerms) -> String {
        """
        (SELECT concat_ws(' ', 'SERVER', quote_ident(s.srvname), \(terms.options("t.ftoptions", "OPTIONS"))) \
        FROM pg_foreign_table t JOIN pg_foreign_server s ON s.oid = t.ftserver WHERE t.ftrelid = r.oid)
        """
    }

    /// Without the place among the columns: a column that was dropped and made again is where it was to whoever names it.
    private static func column(_ terms: CatalogTerms) -> String {
        let compression =
            terms.server >= 140_000
            ? "CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END, " : ""
        return """
            SELECT r.home, r.name || '.' || quote_ident(a.attname) AS name, r.name AS parent, \
            concat_ws(' ', format_type(a.atttypid, a.atttypmod), \
            CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END, \
            CASE WHEN a.attnotnull THEN 'NOT NULL' END, \
            CASE a.attgenerated WHEN '' THEN 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) \
            ELSE 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')' \
            || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END END, \
            CASE a.attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY' \
            WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END, \
            CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' \
            WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END, \
            \(compression)'STATISTICS ' || nullif(a.attstattarget, -1), \
            \(terms.options("a.attoptions")), \(terms.options("a.attfdwoptions", "OPTIONS"))) AS definition \
            FROM rel r JOIN \(terms.parts("pg_attribute", of: "attrelid")) a ON a.attrelid = r.oid AND a.attnum > 0 \
            AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid \
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
            WHERE r.relkind IN ('r', 'p', 'f') OR d.adbin IS NOT NULL
            """
    }

    /// What hangs on a table or a view.
    static func partsOfRelations(_ terms: CatalogTerms) -> [CatalogQuery] {
        [
            // Not NULL is told with the column; from PostgreSQL 18 on it is a row here, too. What a partition has from its
            // parent (conparentid) is told there.
            CatalogQuery(
                kind: .constraint,
                select: """
                    SELECT r.home, r.name || '.' || quote_ident(k.conname) AS name, r.name AS parent, \
                    pg_get_constraintdef(k.oid) \
                    || CASE WHEN k.conislocal THEN '' ELSE ' INHERITED' END AS definition \
                    FROM rel r JOIN \(terms.parts("pg_constraint", of: "conrelid")) k ON k.conrelid = r.oid \
                    WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0
                    """),
            // Not those of constraints, which are told with them and cannot be invalid.
            CatalogQuery(
                kind: .index,
                select: """
                    SELECT n.nspname AS home, n.prefix || quote_ident(c.relname) AS name, r.name AS parent, \
                    pg_get_indexdef(i.indexrelid, 0, true) || CASE WHEN i.indisvalid AND i.indisready AND i.indislive \
                    THEN '' \
                    ELSE ' INVALID' END || CASE WHEN i.indisclustered THEN ' CLUSTER' ELSE '' END \
                    || CASE WHEN i.indisreplident THEN ' REPLICA IDENTITY' ELSE '' END AS definition \
                    FROM rel r JOIN \(terms.parts("pg_index", of: "indrelid")) i ON i.indrelid = r.oid \
                    JOIN pg_class c ON c.oid = i.indexrelid \
                    JOIN ns n ON n.oid = c.relnamespace WHERE NOT EXISTS (SELECT FROM pg_constraint k \
                    WHERE k.conindid = i.indexrelid AND k.conrelid = r.oid AND k.contype IN ('p', 'u', 'x'))
                    """),
            CatalogQuery(
                kind: .rule,
                select: """
                    SELECT r.home, r.name || '.' || quote_ident(w.rulename) AS name, r.name AS parent, \
                    pg_get_ruledef(w.oid, true) \
                    || \(terms.firing("w.ev_enabled")) AS definition FROM rel r JOIN \
                    \(terms.parts("pg_rewrite", of: "ev_class")) w ON w.ev_class = r.oid \
                    WHERE w.rulename <> '_RETURN'
                    """),
            CatalogQuery(
                kind: .trigger,
                select: """
                    SELECT r.home, r.name || '.' || quote_ident(t.tgname) AS name, r.name AS parent, \
                    pg_get_triggerdef(t.oid, true) \
                    || \(terms.firing("t.tgenabled")) AS definition FROM rel r JOIN \
                    \(terms.parts("pg_trigger", of: "tgrelid")) t ON t.tgrelid = r.oid \
                    WHERE NOT t.tgisinternal
                    """),
            CatalogQuery(
                kind: .policy,
                select: """
                    SELECT r.home, r.name || '.' || quote_ident(p.polname) AS name, r.name AS parent, \
                    concat_ws(' ', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, \
                    'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' \
                    WHEN 'd' THEN 'DELETE' ELSE 'ALL' END, \
                    'TO ' || (SELECT string_agg(coalesce(quote_ident(u.rolname), 'PUBLIC'), ', ' ORDER BY u.rolname \
                    COLLATE "C") \
                    FROM unnest(p.polroles) one LEFT JOIN pg_roles u ON u.oid = one), \
                    'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', \
                    'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS definition \
                    FROM rel r JOIN pg_policy p ON p.polrelid = r.oid
                    """),
        ]
    }
}
