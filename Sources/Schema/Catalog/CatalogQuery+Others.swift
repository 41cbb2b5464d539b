extension CatalogQuery {
    /// What is rarer and lies in a schema.
    static func namedThings(_ terms: CatalogTerms) -> [CatalogQuery] {
        let statistics =
            terms.server >= 140_000
            ? "concat_ws(' ', 'STATISTICS (' || array_to_string(s.stxkind, ',') || ') ON', "
                + "pg_get_statisticsobjdef_columns(s.oid), 'FROM', s.stxrelid::regclass)"
            : "pg_get_statisticsobjdef(s.oid)"
        return [
            CatalogQuery(
                kind: .statistics,
                select: """
                    SELECT n.nspname AS home, n.prefix || quote_ident(s.stxname) AS name, r.name AS parent, \
                    \(statistics) AS definition FROM pg_statistic_ext s JOIN ns n ON n.oid = s.stxnamespace JOIN rel r \
                    ON r.oid = s.stxrelid \
                    WHERE \(terms.isOwn("pg_statistic_ext", "s.oid"))
                    """),
            CatalogQuery(
                kind: .collation,
                select: """
                    SELECT n.nspname AS home, n.prefix || quote_ident(c.collname) AS name, NULL AS parent, concat_ws(' \
                    ', 'COLLATION', \
                    c.collprovider, c.collcollate, c.collctype, CASE WHEN NOT c.collisdeterministic \
                    THEN 'NONDETERMINISTIC' END) AS definition FROM pg_collation c JOIN ns n ON n.oid = c.collnamespace \
                    WHERE \(terms.isOwn("pg_collation", "c.oid"))
                    """),
            CatalogQuery(
                kind: .operator,
                select: """
                    SELECT n.nspname AS home, n.prefix || o.oprname || '(' || coalesce(format_type(nullif(o.oprleft, \
                    0), NULL), 'NONE') \
                    || ',' || coalesce(format_type(nullif(o.oprright, 0), NULL), 'NONE') || ')' AS name, NULL AS \
                    parent, concat_ws(' ', 'OPERATOR', \
                    \(terms.function("o.oprcode")), 'RETURNS', format_type(o.oprresult, NULL), \
                    'COMMUTATOR ' || nullif(o.oprcom, 0)::regoperator, 'NEGATOR ' || nullif(o.oprnegate, 0)::regoperator, \
                    'RESTRICT ' || \(terms.function("o.oprrest")), 'JOIN ' || \(terms.function("o.oprjoin")), \
                    CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END) AS definition \
                    FROM pg_operator o JOIN ns n ON n.oid = o.oprnamespace WHERE \(terms.isOwn("pg_operator", "o.oid"))
                    """),
            CatalogQuery(
                kind: .textSearch,
                select: """
                    SELECT n.nspname AS home, n.prefix || quote_ident(c.cfgname) AS name, NULL AS parent, \
                    'CONFIGURATION ' || coalesce((SELECT \
                    string_agg(m.maptokentype || ' ' || m.mapdict::regdictionary, ', ' ORDER BY m.maptokentype, m.mapseqno) \
                    FROM pg_ts_config_map m WHERE m.mapcfg = c.oid), '') AS definition FROM pg_ts_config c \
                    JOIN ns n ON n.oid = c.cfgnamespace WHERE \(terms.isOwn("pg_ts_config", "c.oid")) UNION ALL \
                    SELECT n.nspname AS home, n.prefix || quote_ident(d.dictname), NULL, concat_ws(' ', 'DICTIONARY', \
                    (SELECT quote_ident(t.tmplname) FROM pg_ts_template t WHERE t.oid = d.dicttemplate), d.dictinitoption) \
                    FROM pg_ts_dict d JOIN ns n ON n.oid = d.dictnamespace WHERE \(terms.isOwn("pg_ts_dict", "d.oid"))
                    """),
        ]
    }

    /// What belongs to the database.
    static func ofDatabase(_ terms: CatalogTerms) -> [CatalogQuery] {
        [
            CatalogQuery(
                kind: .schema,
                select: """
                    SELECT NULL AS home, quote_ident(n.nspname) AS name, NULL AS parent, 'SCHEMA' AS definition FROM ns n \
                    WHERE n.prefix <> '' AND \(terms.isOwn("pg_namespace", "n.oid"))
                    """),
            CatalogQuery(
                kind: .extension,
                select: """
                    SELECT NULL AS home, quote_ident(e.extname) AS name, NULL AS parent, 'EXTENSION VERSION ' || \
                    e.extversion AS definition \
                    FROM pg_extension e WHERE e.extname <> 'plpgsql'
                    """),
            CatalogQuery(
                kind: .eventTrigger,
                select: """
                    SELECT NULL AS home, quote_ident(e.evtname) AS name, NULL AS parent, concat_ws(' ', 'EVENT TRIGGER \
                    ON', e.evtevent, \
                    'WHEN TAG IN (' || array_to_string(e.evttags, ', ') || ')', 'EXECUTE', \(terms.function("e.evtfoid"))) \
                    || \(terms.firing("e.evtenabled")) AS definition FROM pg_event_trigger e \
                    WHERE \(terms.isOwn("pg_event_trigger", "e.oid"))
                    """),
            CatalogQuery(
                kind: .foreignServer,
                select: """
                    SELECT NULL AS home, quote_ident(s.srvname) AS name, NULL AS parent, concat_ws(' ', 'SERVER', \
                    'TYPE ' || quote_literal(s.srvtype), 'VERSION ' || quote_literal(s.srvversion), 'WRAPPER', \
                    quote_ident(w.fdwname)) AS definition FROM pg_foreign_server s \
                    JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE \(terms.isOwn("pg_foreign_server", "s.oid"))
                    """),
            CatalogQuery(
                kind: .cast,
                select: """
                    SELECT NULL AS home, format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) \
                    AS name, NULL AS parent, \
                    concat_ws(' ', 'CAST', c.castcontext, c.castmethod, \(terms.function("c.castfunc"))) AS definition \
                    FROM pg_cast c \
                    WHERE c.oid >= 16384 AND \(terms.isOwn("pg_cast", "c.oid"))
                    """),
        ]
    }

    /// What is compared where the inventory asks for it.
    static func extras(_ terms: CatalogTerms) -> [CatalogQuery] {
        [
            CatalogQuery(
                kind: .publication,
                select: """
                    SELECT NULL AS home, quote_ident(p.pubname) AS name, NULL AS parent, concat_ws(' ', 'PUBLICATION', \
                    CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END, 'FOR ' || (SELECT string_agg(r.name, ', ' \
                    ORDER BY r.name COLLATE "C") FROM pg_publication_rel l JOIN rel r ON r.oid = l.prrelid \
                    WHERE l.prpubid = p.oid), CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' \
                    END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END, \
                    CASE WHEN p.pubviaroot THEN 'VIA ROOT' END) AS definition FROM pg_publication p
                    """),
            CatalogQuery(
                kind: .comment,
                select: """
                    SELECT r.home, concat_ws('.', r.name, quote_ident(a.attname)) AS name, r.name AS parent, \
                    'COMMENT ' || quote_literal(d.description) AS definition FROM pg_description d \
                    JOIN rel r ON d.classoid = 'pg_class'::regclass AND r.oid = d.objoid \
                    LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.objsubid AND d.objsubid > 0 UNION ALL \
                    SELECT n.nspname AS home, n.prefix || quote_ident(p.proname) || '(' || \
                    oidvectortypes(p.proargtypes) || ')', NULL, \
                    'COMMENT ' || quote_literal(d.description) FROM pg_description d JOIN pg_proc p \
                    ON d.classoid = 'pg_proc'::regclass AND p.oid = d.objoid JOIN ns n ON n.oid = p.pronamespace \
                    WHERE \(terms.isOwn("pg_proc", "p.oid")) UNION ALL \
                    SELECT n.nspname AS home, n.prefix || quote_ident(t.typname), NULL, 'COMMENT ' || \
                    quote_literal(d.description) \
                    FROM pg_description d JOIN pg_type t ON d.classoid = 'pg_type'::regclass AND t.oid = d.objoid \
                    JOIN ns n ON n.oid = t.typnamespace WHERE \(terms.isOwn("pg_type", "t.oid"))
                    """),
            CatalogQuery(kind: .privilege, select: privileges(terms)),
        ]
    }

    /// Owners, and what each role may do; built-in defaults written out, so that a grant of what holds anyway is none.
    private static func privileges(_ terms: CatalogTerms) -> String {
        """
        SELECT o.home, o.word || ' ' || o.name AS name, o.parent, 'OWNER ' || quote_ident(pg_get_userbyid(o.owner)) \
        || coalesce(' ' || (SELECT string_agg(x.line, ', ' ORDER BY x.line COLLATE "C") FROM (SELECT \
        coalesce(quote_ident(u.rolname), 'PUBLIC') || '=' || string_agg(a.privilege_type \
        || CASE WHEN a.is_grantable THEN '*' ELSE '' END, '/' ORDER BY a.privilege_type) AS line \
        FROM aclexplode(o.acl) a LEFT JOIN pg_roles u ON u.oid = a.grantee GROUP BY u.rolname) x), '') AS definition \
        FROM (SELECT r.home, 'table' AS word, r.name, r.name AS parent, r.relowner AS owner, \
        coalesce(r.relacl, acldefault('r', r.relowner)) AS acl FROM rel r UNION ALL \
        SELECT n.nspname, 'function', n.prefix || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || \
        ')', NULL, \
        p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)) FROM pg_proc p JOIN ns n ON n.oid = p.pronamespace \
        WHERE \(terms.isOwn("pg_proc", "p.oid")) UNION ALL \
        SELECT n.nspname, 'schema', quote_ident(n.nspname), NULL, n.nspowner, coalesce(n.nspacl, acldefault('n', \
        n.nspowner)) \
        FROM ns n WHERE n.prefix <> '') o
        """
    }
}
