extension CatalogQuery {
    /// Types that someone made: not those of tables, arrays and multiranges, which come with others.
    static func types(_ terms: CatalogTerms) -> [CatalogQuery] {
        [
            CatalogQuery(
                kind: .type,
                select: """
                    SELECT n.nspname AS home, n.prefix || quote_ident(t.typname) AS name, NULL AS parent, CASE t.typtype \
                    WHEN 'e' THEN 'ENUM (' || coalesce((SELECT string_agg(quote_literal(e.enumlabel), ', ' \
                    ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '') || ')' \
                    WHEN 'c' THEN 'COMPOSITE (' || coalesce((SELECT string_agg(quote_ident(a.attname) || ' ' \
                    || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> b.typcollation \
                    THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum) FROM \
                    pg_attribute a \
                    JOIN pg_type b ON b.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 \
                    AND NOT a.attisdropped), '') || ')' \
                    WHEN 'd' THEN concat_ws(' ', 'DOMAIN', format_type(t.typbasetype, t.typtypmod), \
                    (SELECT CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END \
                    FROM pg_type b WHERE b.oid = t.typbasetype), \
                    'DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)), \
                    CASE WHEN t.typnotnull THEN 'NOT NULL' END, (SELECT string_agg('CONSTRAINT ' || quote_ident(k.conname) \
                    || ' ' || pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname COLLATE "C") FROM pg_constraint k \
                    WHERE k.contypid = t.oid AND k.contype = 'c')) \
                    WHEN 'r' THEN (SELECT concat_ws(' ', 'RANGE SUBTYPE', format_type(g.rngsubtype, NULL), \
                    (SELECT 'OPCLASS ' || quote_ident(o.opcname) FROM pg_opclass o WHERE o.oid = g.rngsubopc \
                    AND NOT o.opcdefault), 'COLLATION ' || nullif(g.rngcollation, 0)::regcollation, \
                    'CANONICAL ' || \(terms.function("g.rngcanonical")), 'SUBTYPE_DIFF ' || \
                    \(terms.function("g.rngsubdiff"))) \
                    FROM pg_range g WHERE g.rngtypid = t.oid) \
                    WHEN 'b' THEN concat_ws(' ', 'BASE', \(terms.function("t.typinput")), \
                    \(terms.function("t.typoutput")), t.typlen, \
                    t.typalign, t.typstorage) ELSE 'SHELL' END AS definition \
                    FROM pg_type t JOIN ns n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid \
                    WHERE t.typtype IN ('e', 'c', 'd', 'r', 'b', 'p') AND (t.typrelid = 0 OR c.relkind = 'c') \
                    AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) AND \(terms.isOwn("pg_type", "t.oid"))
                    """)
        ]
    }
}
