extension CatalogQuery {
    /// Functions, procedures, aggregates. Not by pg_get_functiondef, which always names the schema. The server's own three
    /// thousand, with numbers below 16384, lie in no schema that is looked at, and are not read to find that out.
    static func routines(_ terms: CatalogTerms) -> [CatalogQuery] {
        let source = "E'\\nAS ' || p.prosrc"
        let body = terms.server >= 140_000 ? "coalesce(E'\\n' || pg_get_function_sqlbody(p.oid), \(source))" : source
        return [
            CatalogQuery(
                kind: .function,
                select: """
                    SELECT n.nspname AS home, n.prefix || quote_ident(p.proname) || '(' || \
                    oidvectortypes(p.proargtypes) || ')' AS name, \
                    NULL AS parent, concat_ws(' ', CASE p.prokind WHEN 'f' THEN 'FUNCTION' WHEN 'p' THEN 'PROCEDURE' \
                    WHEN 'w' THEN 'WINDOW FUNCTION' ELSE 'AGGREGATE' END, '(' || pg_get_function_arguments(p.oid) || ')', \
                    'RETURNS ' || pg_get_function_result(p.oid), \
                    CASE WHEN p.prokind <> 'a' THEN 'LANGUAGE ' || quote_ident(l.lanname) END, \
                    CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END, \
                    CASE p.proparallel WHEN 's' THEN 'PARALLEL SAFE' WHEN 'r' THEN 'PARALLEL RESTRICTED' END, \
                    CASE WHEN p.proisstrict THEN 'STRICT' END, CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END, \
                    CASE WHEN p.proleakproof THEN 'LEAKPROOF' END, \
                    'COST ' || nullif(p.procost, CASE WHEN l.lanname IN ('internal', 'c') THEN 1 ELSE 100 END), \
                    'ROWS ' || nullif(nullif(p.prorows, 0), 1000), 'SUPPORT ' || nullif(p.prosupport, 0)::regproc, \
                    (SELECT string_agg('SET ' || setting, ' ' ORDER BY setting COLLATE "C") FROM unnest(p.proconfig) \
                    setting)) \
                    || CASE WHEN p.prokind = 'a' THEN \(terms.ifAny(.aggregate, "(\(aggregate(terms)))")) \
                    ELSE coalesce(' FROM ' || quote_literal(p.probin), '') || \(body) END AS definition \
                    FROM pg_proc p JOIN ns n ON n.oid = p.pronamespace AND p.oid >= 16384 \
                    JOIN pg_language l ON l.oid = p.prolang \
                    WHERE \(terms.isOwn("pg_proc", "p.oid")) AND NOT EXISTS (SELECT FROM pg_depend d \
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
                    """)
        ]
    }

    private static func aggregate(_ terms: CatalogTerms) -> String {
        """
        SELECT concat_ws(' ', ' SFUNC', \(terms.function("g.aggtransfn")), 'STYPE', format_type(g.aggtranstype, NULL), \
        'SSPACE ' || nullif(g.aggtransspace, 0), \
        'FINALFUNC ' || \(terms.function("g.aggfinalfn")) || ' ' || g.aggfinalmodify::text || ' ' || g.aggfinalextra::text, \
        'COMBINEFUNC ' || \(terms.function("g.aggcombinefn")), 'SERIALFUNC ' || \(terms.function("g.aggserialfn")), \
        'DESERIALFUNC ' || \(terms.function("g.aggdeserialfn")), 'INITCOND ' || quote_literal(g.agginitval), \
        'MSFUNC ' || \(terms.function("g.aggmtransfn")), 'MINVFUNC ' || \(terms.function("g.aggminvtransfn")), \
        'MSTYPE ' || format_type(nullif(g.aggmtranstype, 0), NULL), 'MSSPACE ' || nullif(g.aggmtransspace, 0), \
        'MFINALFUNC ' || \(terms.function("g.aggmfinalfn")), 'MINITCOND ' || quote_literal(g.aggminitval), \
        'SORTOP ' || nullif(g.aggsortop, 0)::regoperator, 'KIND ' || nullif(g.aggkind, 'n')::text) \
        FROM pg_aggregate g WHERE g.aggfnoid = p.oid
        """
    }
}
