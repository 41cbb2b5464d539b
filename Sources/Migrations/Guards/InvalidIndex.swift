internal import FleetModel
internal import Postgres
internal import SQL

/// An index that PostgreSQL does not use, as a CREATE INDEX CONCURRENTLY or a REINDEX CONCURRENTLY that failed leaves it.
struct InvalidIndex: Sendable, Hashable {
    /// Its row in the catalog, which names it for good.
    let oid: String
    /// Schema and name, in quotes where they need them.
    let identifier: String

    var shown: String { identifier.harmless }
}

extension TargetSession {
    /// The invalid indexes on the table that a statement builds an index on, of the statement's name where it gives one.
    ///
    /// One that another session is building at this moment is not among them.
    func invalidIndexes(of statement: IndexStatement) async throws(PostgresError) -> Set<InvalidIndex> {
        let (table, index, name): (RelationName?, RelationName?, String?) =
            switch statement.subject {
            case .new(let name, let table): (table, nil, name)
            case .table(let table): (table, nil, nil)
            case .index(let index): (nil, index, nil)
            }
        let answer = try await connection.query(
            """
            SELECT i.indexrelid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) \
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
            WHERE NOT i.indisvalid AND i.indrelid = coalesce(to_regclass($1), \
            (SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass($2))) \
            AND c.relname = coalesce($3, c.relname) AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p \
            WHERE p.index_relid = i.indexrelid AND p.pid <> pg_backend_pid())
            """, [Parameter(table?.quoted), Parameter(index?.quoted), Parameter(name)], timeout: options.recoveryLimit)
        return Set(
            answer.rows.compactMap { row in
                guard let oid = row[0], let identifier = row[1] else { return nil }
                return InvalidIndex(oid: oid, identifier: identifier)
            })
    }

    /// Drops indexes that a statement of ours left, one by one, without blocking writers.
    func drop(_ indexes: Set<InvalidIndex>) async throws(PostgresError) {
        for index in indexes {
            _ = try await connection.run(
                "DROP INDEX CONCURRENTLY IF EXISTS \(index.identifier)", timeout: options.recoveryLimit)
        }
    }
}

extension IndexStatement {
    /// For CREATE INDEX IF NOT EXISTS in a transaction: a statement after it that fails where the index which exists is
    /// invalid. It travels with the migration, so it costs no round trip. Nil for all others.
    var refusalOfInvalid: String? {
        guard skipsExisting, !isConcurrent, case .new(let name?, let table) = subject else { return nil }
        let message =
            "the index \(quotedIdentifier(name)) exists and is INVALID: an earlier attempt left it, and IF NOT EXISTS is "
            + "content with that. Drop it first"
        let body = """
            BEGIN IF EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid \
            AND i.indrelid = to_regclass(\(quotedLiteral(table.quoted))) AND c.relname = \(quotedLiteral(name))) \
            THEN RAISE object_not_in_prerequisite_state USING MESSAGE = \(quotedLiteral(message)); END IF; END
            """
        return "DO " + quotedLiteral(body)
    }
}

extension RelationName {
    fileprivate var quoted: String {
        [schema, name].compactMap { $0.map(quotedIdentifier) }.joined(separator: ".")
    }
}
