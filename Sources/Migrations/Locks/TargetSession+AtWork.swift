internal import Postgres

/// Asks, along with a look, which sessions of pgfleet are at work in the database and which advisory locks they hold.
///
/// What a lost client sent last is gone on with by its server process, and while that is so, no version table tells. Such
/// a session is known by its name, `pgfleet/ROLLOUT/VERSION`, which it bears while a step runs, and by the target's lock:
/// other targets may be schemas of the same database.
enum SessionsAtWork {
    /// Functions alone, as a join of catalogs costs a new session a millisecond. The locks of all the server are gone
    /// through once, and only where there is such a session.
    static let question = PipelineStatement(
        """
        WITH ours AS MATERIALIZED (SELECT a.pid, a.application_name, a.usesysid, a.state, a.xact_start, a.datid \
        FROM pg_stat_get_activity(NULL) a WHERE a.application_name LIKE 'pgfleet/%/%' AND a.pid <> pg_backend_pid() \
        AND a.datid = (SELECT datid FROM pg_stat_get_activity(pg_backend_pid()))), \
        locks AS MATERIALIZED (SELECT l.pid, l.database, l.classid::bigint << 32 | l.objid::bigint AS number \
        FROM pg_lock_status() l WHERE EXISTS (SELECT FROM ours) AND l.locktype = 'advisory' AND l.granted \
        AND l.objsubid = 1) \
        SELECT o.pid, o.application_name, pg_get_userbyid(o.usesysid), o.state, \
        extract(epoch FROM clock_timestamp() - o.xact_start), l.number \
        FROM ours o JOIN locks l ON l.pid = o.pid AND l.database = o.datid
        """, joinsPrevious: true)

    /// How many locks a session keeps in mind: with a thousand targets at work, each would keep a thousand.
    private static let kept = 64

    /// The numbers of the locks that are held; nil for too many to keep.
    static func locks(in rows: Rows) -> [Int64]? {
        rows.count > kept ? nil : rows.compactMap { $0[5].flatMap { Int64($0) } }
    }

    /// The session that holds one of some locks; nil where none does. Its query would tell no more than its name: it begins with
    /// settings.
    static func holder(of locks: [LockID], in rows: Rows) -> OtherSession? {
        let numbers = Set(locks.map(\.number))
        for row in rows {
            guard let process = row[0].flatMap({ Int32($0) }), let number = row[5].flatMap({ Int64($0) }),
                numbers.contains(number)
            else { continue }
            return OtherSession(
                process: process, application: row[1], user: row[2], state: row[3], age: row[4], query: nil)
        }
        return nil
    }
}
