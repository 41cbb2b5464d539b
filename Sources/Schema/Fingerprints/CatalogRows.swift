/// The rows of one catalog that a mark counts: those of which definitions are made.
struct CatalogRows {
    /// The catalog.
    let name: String
    /// Only these; nil for all. By what never changes in a row, so that the proof holds for them alone.
    var only: String?
    /// What it means that there are some, and which of them say so; nil for all of them.
    var sign: (sign: CatalogContents.Sign, condition: String?)?

    /// - Parameter own: the column by which rows of the server's own objects are left out. initdb and the server's own
    ///   scripts take numbers below 16384 (FirstNormalObjectId), `CREATE` and pg_upgrade none of them.
    private init(
        _ name: String, own: String? = nil, _ sign: CatalogContents.Sign? = nil, where condition: String? = nil
    ) {
        self.name = name
        only = own.map { "\($0) >= 16384" }
        self.sign = sign.map { ($0, condition) }
    }

    /// The catalogs that definitions are made of.
    static let all = [
        CatalogRows("pg_namespace"),
        CatalogRows("pg_class", own: "oid", .type, where: "relkind = 'c'"),
        CatalogRows("pg_attribute", own: "attrelid"),
        CatalogRows("pg_attrdef"),
        CatalogRows("pg_constraint", own: "oid", .constraint),
        CatalogRows("pg_index", own: "indexrelid", .index),
        CatalogRows("pg_inherits", .inheritance),
        CatalogRows("pg_partitioned_table"),
        CatalogRows("pg_sequence", .sequence),
        CatalogRows("pg_rewrite", own: "oid", .rule),
        CatalogRows("pg_trigger", .trigger, where: "NOT tgisinternal"),
        CatalogRows("pg_proc", own: "oid", .function),
        CatalogRows("pg_aggregate", own: "aggfnoid::oid", .aggregate),
        // Not rows of tables, which are composite, and arrays, which have no array of their own; but shells.
        CatalogRows(
            "pg_type", own: "oid", .type,
            where: "typtype NOT IN ('c', 'm') AND (typtype <> 'b' OR typarray <> 0)"),
        CatalogRows("pg_enum"),
        CatalogRows("pg_range", own: "rngtypid"),
        CatalogRows("pg_policy", .policy),
        CatalogRows("pg_statistic_ext", .statistics),
        CatalogRows("pg_collation", own: "oid", .collation),
        CatalogRows("pg_operator", own: "oid", .operator),
        CatalogRows("pg_opclass", own: "oid"),
        CatalogRows("pg_cast", own: "oid", .cast),
        CatalogRows("pg_ts_config", own: "oid", .textSearch),
        CatalogRows("pg_ts_config_map", own: "mapcfg"),
        CatalogRows("pg_ts_dict", own: "oid", .textSearch),
        CatalogRows("pg_extension", own: "oid", .extension),
        CatalogRows("pg_event_trigger", .eventTrigger),
        CatalogRows("pg_foreign_server", .foreignServer),
        CatalogRows("pg_foreign_table", .foreignTable),
        CatalogRows("pg_foreign_data_wrapper"),
        CatalogRows("pg_publication", .publication),
        CatalogRows("pg_publication_rel"),
        CatalogRows("pg_depend", own: "objid"),
        CatalogRows("pg_description", own: "objoid"),
        CatalogRows("pg_language"),
    ]

    /// The rows, each with its transaction and its sign.
    var question: String {
        let bit = sign.map { sign, condition in
            condition.map { "CASE WHEN \($0) THEN \(sign.bit) ELSE 0 END" } ?? "\(sign.bit)"
        }
        return "SELECT xmin, \(bit ?? "0") AS sign FROM \(name)" + (only.map { " WHERE \($0)" } ?? "")
    }
}
