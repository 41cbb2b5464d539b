internal import Postgres

/// What a database's catalogs were like at a moment, in a few numbers that prove later that nothing has changed in them.
///
/// The proof: let the first mark have the snapshot S, whose oldest transaction at work was `horizon`, and let it have seen
/// `count` rows. A row that a later mark sees and whose transaction is older than the horizon had been committed before S
/// was taken, and has not been deleted since, or it would not be seen now: S saw it. If no row that is seen now is as new as
/// the horizon, the rows seen now are therefore among those that S saw; and as there are as many of them, they are the same.
/// A row is never changed in place but for numbers of VACUUM and ANALYZE in pg_class, of which no definition is made.
/// Which rows are counted is told by their objects' numbers, which never change, so the proof holds for those alone.
///
/// Transaction numbers of rows have 32 bits, so the two marks must be fewer than 2^31 transactions apart; and the database
/// must be the same, on the same timeline: a server that was restored to an earlier moment takes numbers twice.
///
/// - Source: PostgreSQL manual, "System Columns", "Transactions and Identifiers", "Snapshot Synchronization";
///   `heap_inplace_update` in the server's source.
public struct CatalogMark: Sendable, Hashable, Codable {
    /// The cluster, its timeline, the database, the server's version, and a hash of the names of all roles.
    public let identity: String
    /// The oldest transaction that was at work, with its epoch.
    public let horizon: Int64
    /// The next transaction, with its epoch.
    public let next: Int64
    /// The newest transaction that made a row; nil where all rows are older than what 32 bits can tell.
    public let newest: Int64?
    /// The rows of all catalogs that definitions are made of.
    public let count: Int64

    /// Whether it proves that nothing has changed since an earlier one.
    public func provesNoChange(since earlier: CatalogMark) -> Bool {
        identity == earlier.identity && next >= earlier.next && next - earlier.horizon < 1 << 31
            && (newest ?? 0) < earlier.horizon && count == earlier.count
    }

    /// The rows by themselves, without what goes on elsewhere in the cluster: the same a moment later where nothing changed.
    var rows: [Int64?] { [newest, count] }

    init?(_ row: Row) {
        guard let identity = row[0], let horizon = row[1].flatMap({ Int64($0) }),
            let next = row[2].flatMap({ Int64($0) }),
            let count = row[4].flatMap({ Int64($0) })
        else { return nil }
        self.identity = identity
        self.horizon = horizon
        self.next = next
        newest = row[3].flatMap { Int64($0) }
        self.count = count
    }

    /// The question for a mark: one row, which tells what there is and the snapshot, too. `age` counts from the next
    /// transaction, so the youngest row's number is had from the snapshot's number, which has an epoch. An age that is
    /// negative belongs to a frozen row whose number came round; it is taken for a great one.
    static let question = """
        SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), \
        (SELECT timeline_id FROM pg_control_checkpoint()), (SELECT oid FROM pg_database WHERE datname = current_database()), \
        current_setting('server_version_num'), (SELECT sum(hashtextextended(rolname, oid::bigint)) FROM pg_roles)), \
        s.xmin, s.xmax + age((s.xmax % 4294967296)::text::xid), \
        s.xmax + age((s.xmax % 4294967296)::text::xid) - c.youngest, c.n, c.signs, s.snapshot \
        FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin, \
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xmax, pg_current_snapshot() AS snapshot) s, \
        (SELECT count(*) AS n, min(age(xmin) & 2147483647) AS youngest, bit_or(sign) AS signs FROM (
        """
        + CatalogRows.all.map(\.question).joined(separator: " UNION ALL ") + ") each) c"
}
