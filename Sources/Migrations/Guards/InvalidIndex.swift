internal import FleetModel
internal import Postgres
package import SQL

/// An index that PostgreSQL does not use, as a CREATE INDEX CONCURRENTLY or a REINDEX CONCURRENTLY that failed leaves it.
struct InvalidIndex: Sendable, Hashable {
    /// Its row in the catalog, which names it for good.
    let oid: String
    /// Schema and name, in quotes where they need them.
    let identifier: String
    /// Its table, likewise.
    let table: String
    /// False for one on a materialized view.
    let isOnTable: Bool

    var shown: String { identifier.harmless }
}

/// A statement that builds an index without blocking writers, and what it found.
struct ConcurrentBuild: Sendable {
    let statement: IndexStatement
    /// The table's row in the catalog; nil where there is no such table. Names may mean another table in another session.
    var table: String?
    /// The invalid indexes that were there before, which are not its leftovers.
    var known: Set<InvalidIndex> = []
}

extension TargetSession {
    /// What an index build finds before it begins.
    func survey(before statement: IndexStatement) async throws(PostgresError) -> ConcurrentBuild {
        var build = ConcurrentBuild(statement: statement)
        (build.table, build.known) = try await invalidIndexes(of: build)
        return build
    }

    /// The invalid indexes that a build left.
    func leftovers(of build: ConcurrentBuild) async throws(PostgresError) -> Set<InvalidIndex> {
        try await invalidIndexes(of: build).indexes.subtracting(build.known)
    }

    /// The invalid indexes on the table that a statement builds an index on, of the statement's name where it gives one.
    ///
    /// One that another session is building at this moment is not among them, as far as PostgreSQL shows that: not where
    /// the session is another role's.
    func invalidIndexes(
        of build: ConcurrentBuild
    ) async throws(PostgresError) -> (table: String?, indexes: Set<InvalidIndex>) {
        let (table, index, name): (RelationName?, RelationName?, String?) =
            switch build.statement.subject {
            case .new(let name, let table): (table, nil, name)
            case .table(let table): (table, nil, nil)
            case .index(let index): (nil, index, nil)
            }
        let answer = try await connection.query(
            """
            SELECT t.oid, x.* FROM (SELECT coalesce($4::oid, to_regclass($1), \
            (SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass($2))) AS oid) t LEFT JOIN LATERAL (\
            SELECT i.indexrelid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), \
            quote_ident(m.nspname) || '.' || quote_ident(r.relname), r.relkind <> 'm' \
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
            JOIN pg_class r ON r.oid = i.indrelid JOIN pg_namespace m ON m.oid = r.relnamespace \
            WHERE NOT i.indisvalid AND i.indrelid = t.oid \
            AND c.relname = coalesce($3, c.relname) AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p \
            WHERE p.index_relid = i.indexrelid AND p.pid <> pg_backend_pid())) x ON true
            """,
            [Parameter(table?.quoted), Parameter(index?.quoted), Parameter(name), Parameter(build.table)],
            timeout: options.recoveryLimit)
        let indexes = answer.rows.compactMap { row -> InvalidIndex? in
            guard let oid = row[1], let identifier = row[2], let table = row[3] else { return nil }
            return InvalidIndex(oid: oid, identifier: identifier, table: table, isOnTable: row[4] == "t")
        }
        return (answer.firstValue, Set(indexes))
    }

    /// Drops indexes that a statement of ours left, one by one, without blocking writers.
    ///
    /// What looked like a leftover may be an index that another session was building: PostgreSQL does not show what
    /// sessions of other roles build. So whoever builds on the table is waited for, by the lock that every such build
    /// holds, and only what is invalid then is dropped.
    func drop(_ indexes: Set<InvalidIndex>) async throws(PostgresError) {
        for index in indexes {
            let answers = try await connection.run(index.awaitingItsBuild, timeout: options.recoveryLimit)
            guard answers.last?.firstValue == "t" else { continue }
            _ = try await connection.run(
                "DROP INDEX CONCURRENTLY IF EXISTS \(index.identifier)", timeout: options.recoveryLimit)
        }
    }
}

extension InvalidIndex {
    /// Waits until nobody builds on the index's table, then says whether the index is still there under its name, and
    /// still invalid. One message, and so one transaction.
    ///
    /// LOCK TABLE waits without a snapshot, for which the other build would wait in its turn: a deadlock, which ends one
    /// of the two. It takes no materialized view; to comment on one takes the same lock, with a snapshot, and so it is
    /// not waited for.
    fileprivate var awaitingItsBuild: String {
        let body = """
            DECLARE t regclass := \(quotedLiteral(table)); BEGIN \
            EXECUTE format('COMMENT ON MATERIALIZED VIEW %s IS %L', t, obj_description(t, 'pg_class')); END
            """
        let locking =
            isOnTable
            ? "LOCK TABLE ONLY \(table) IN SHARE UPDATE EXCLUSIVE MODE"
            : "SET LOCAL lock_timeout = '10ms'; DO \(quotedLiteral(body))"
        return "\(locking); SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = \(oid) "
            + "AND NOT indisvalid AND indexrelid = to_regclass(\(quotedLiteral(identifier))))"
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
    /// Schema and name, in quotes where they need them.
    package var quoted: String {
        [schema, name].compactMap { $0.map(quotedIdentifier) }.joined(separator: ".")
    }
}
