internal import Postgres

/// Asks, along with a look, which sessions of pgfleet are at work in the database under the locks of targets.
///
/// What a lost client sent last is gone on with by its server process, and while that is so, no version table tells. Such
/// a session is known by its name, `pgfleet/ROLLOUT/VERSION`, which it bears while a step runs, and by the target's lock:
/// other targets may be schemas of the same database.
enum SessionsAtWork {
    /// Asks for a session that holds one of a target's locks: one row at most, however many are at work on others.
    ///
    /// Which locks are a target's follows from where the session stands. Where that is only taken for granted and turns out
    /// to be something else, the answer is any session at work in the database: then it is asked again, and only then.
    static func question(about table: VersionTable, in database: String, schemaOfTable: String?) -> PipelineStatement {
        PipelineStatement(
            asking(
                """
                SELECT o.pid, o.application_name, pg_get_userbyid(o.usesysid), o.state, \
                extract(epoch FROM clock_timestamp() - o.xact_start), l.number \
                FROM ours o JOIN locks l ON l.pid = o.pid AND l.database = o.datid WHERE l.number = ANY ($1::bigint[]) \
                OR coalesce($2, current_schema()) <> $3 OR current_database() <> $4 LIMIT 1
                """),
            [
                Parameter(table.locks(database: database).numbersLiteral as String?), Parameter(schemaOfTable),
                Parameter(table.schema as String?), Parameter(database as String?),
            ], joinsPrevious: true)
    }

    /// Asks which of some locks sessions at work in the database hold: their numbers.
    static func held(among locks: [LockID]) -> PipelineStatement {
        PipelineStatement(
            asking(
                """
                SELECT DISTINCT l.number FROM ours o JOIN locks l ON l.pid = o.pid AND l.database = o.datid \
                WHERE l.number = ANY ($1::bigint[])
                """), [Parameter(locks.numbersLiteral as String?)], joinsPrevious: true)
    }

    /// Functions alone, as a join of catalogs costs a new session a millisecond. The locks of all the server are gone
    /// through once, and only where there is such a session.
    private static func asking(_ question: String) -> String {
        """
        WITH ours AS MATERIALIZED (SELECT a.pid, a.application_name, a.usesysid, a.state, a.xact_start, a.datid \
        FROM pg_stat_get_activity(NULL) a WHERE a.application_name LIKE 'pgfleet/%/%' AND a.pid <> pg_backend_pid() \
        AND a.datid = (SELECT datid FROM pg_stat_get_activity(pg_backend_pid()))), \
        locks AS MATERIALIZED (SELECT l.pid, l.database, l.classid::bigint << 32 | l.objid::bigint AS number \
        FROM pg_lock_status() l WHERE EXISTS (SELECT FROM ours) AND l.locktype = 'advisory' AND l.granted \
        AND l.objsubid = 1) \(question)
        """
    }

    /// The session of an answer, and whether it holds one of some locks; nil where none is at work. Its query would tell no
    /// more than its name: it begins with settings.
    static func session(in rows: Rows, of locks: [LockID]) -> (session: OtherSession, isHolder: Bool)? {
        guard let row = rows.first, let process = row[0].flatMap({ Int32($0) }) else { return nil }
        let number = row[5].flatMap { Int64($0) }
        return (
            OtherSession(
                process: process, application: row[1], user: row[2], state: row[3], age: row[4], query: nil),
            locks.contains { $0.number == number }
        )
    }
}
