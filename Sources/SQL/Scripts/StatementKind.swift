/// What a statement does, as far as running or judging a migration depends on it.
public enum StatementKind: Sendable, Hashable {
    /// SELECT, VALUES, TABLE.
    case select
    /// INSERT.
    case insert
    /// UPDATE.
    case update
    /// DELETE.
    case delete
    /// MERGE.
    case merge
    /// COPY; `client` when its data come from or go to the client.
    case copy(throughClient: Bool)
    /// TRUNCATE.
    case truncate
    /// CREATE TABLE.
    case createTable
    /// CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW.
    case createTableAs
    /// ALTER TABLE and the like on indexes, views and sequences; `detachesConcurrently` for DETACH PARTITION CONCURRENTLY.
    case alterTable(detachesConcurrently: Bool)
    /// CREATE INDEX.
    case createIndex(concurrently: Bool)
    /// DROP of anything that lives in a database, by PostgreSQL's own name of its sort (`TABLE`, `INDEX`, …).
    case drop(sort: String, concurrently: Bool)
    /// REINDEX; `whole` for a schema, a database or the system catalogs.
    case reindex(concurrently: Bool, whole: Bool)
    /// VACUUM.
    case vacuum
    /// ANALYZE.
    case analyze
    /// CLUSTER; `all` without a table.
    case cluster(all: Bool)
    /// ALTER TYPE … ADD VALUE. The new value cannot be used before the transaction has ended.
    case alterTypeAddValue
    /// CREATE FUNCTION, CREATE PROCEDURE.
    case createFunction
    /// CREATE VIEW.
    case createView
    /// DO.
    case anonymousBlock
    /// CALL.
    case call
    /// BEGIN, COMMIT, SAVEPOINT, …
    case transaction(TransactionControl)
    /// SET or RESET of a setting; `local` for SET LOCAL.
    case set(local: Bool)
    /// DISCARD; `all` for DISCARD ALL.
    case discard(all: Bool)
    /// CREATE DATABASE.
    case createDatabase
    /// DROP DATABASE.
    case dropDatabase
    /// ALTER DATABASE; `movesTablespace` for SET TABLESPACE.
    case alterDatabase(movesTablespace: Bool)
    /// CREATE TABLESPACE.
    case createTablespace
    /// DROP TABLESPACE.
    case dropTablespace
    /// ALTER SYSTEM.
    case alterSystem
    /// CREATE SUBSCRIPTION; `createsSlot` unless the options say otherwise.
    case createSubscription(createsSlot: Bool)
    /// ALTER SUBSCRIPTION; `refreshes` when it asks the publisher for its tables.
    case alterSubscription(refreshes: Bool)
    /// DROP SUBSCRIPTION.
    case dropSubscription
    /// Anything else, by the name of its node in PostgreSQL's parse tree.
    case other(node: String)

    /// The statements that begin, end or divide transactions.
    public enum TransactionControl: String, Sendable, Hashable, CaseIterable {
        case begin = "TRANS_STMT_BEGIN"
        case start = "TRANS_STMT_START"
        case commit = "TRANS_STMT_COMMIT"
        case rollback = "TRANS_STMT_ROLLBACK"
        case savepoint = "TRANS_STMT_SAVEPOINT"
        case release = "TRANS_STMT_RELEASE"
        case rollbackTo = "TRANS_STMT_ROLLBACK_TO"
        case prepare = "TRANS_STMT_PREPARE"
        case commitPrepared = "TRANS_STMT_COMMIT_PREPARED"
        case rollbackPrepared = "TRANS_STMT_ROLLBACK_PREPARED"

        /// False for what stays inside of the transaction that is open.
        public var crossesTransactions: Bool {
            switch self {
            case .savepoint, .release, .rollbackTo: false
            case .begin, .start, .commit, .rollback, .prepare, .commitPrepared, .rollbackPrepared: true
            }
        }
    }
}

extension StatementKind {
    /// Whether PostgreSQL allows it in a transaction block.
    ///
    /// False for what the server refuses with SQLSTATE 25001 whatever the objects are. What depends on the objects
    /// (REINDEX and CLUSTER of a partitioned table, a procedure that commits) counts as allowed: the server refuses it,
    /// and nothing is changed.
    /// - Source: the callers of `PreventInTransactionBlock` in PostgreSQL 15 to 18, and the manual's page of each command.
    public var runsInTransaction: Bool {
        switch self {
        case .vacuum, .createDatabase, .dropDatabase, .createTablespace, .dropTablespace, .alterSystem,
            .dropSubscription:
            false
        case .createIndex(let concurrently), .drop(_, let concurrently): !concurrently
        case .reindex(let concurrently, let whole): !concurrently && !whole
        case .alterTable(let detachesConcurrently): !detachesConcurrently
        case .alterDatabase(let movesTablespace): !movesTablespace
        case .cluster(let all), .discard(let all): !all
        case .createSubscription(let createsSlot): !createsSlot
        case .alterSubscription(let refreshes): !refreshes
        case .transaction(let control): !control.crossesTransactions
        case .select, .insert, .update, .delete, .merge, .copy, .truncate, .createTable, .createTableAs, .analyze,
            .alterTypeAddValue, .createFunction, .createView, .anonymousBlock, .call, .set, .other:
            true
        }
    }

    /// Whether it may have to wait for those who write to the relations that it names, and make others wait with it.
    var locksOutWriters: Bool {
        switch self {
        case .select, .insert, .update, .delete, .merge, .copy: false
        default: true
        }
    }

    /// Whether it begins or ends a transaction.
    public var controlsTransactions: Bool {
        guard case .transaction(let control) = self else { return false }
        return control.crossesTransactions
    }
}
