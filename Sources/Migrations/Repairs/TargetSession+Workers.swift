package import FleetModel
internal import Postgres

extension TargetSession {
    /// The sessions that may still be at work on a migration of this target: whoever holds one of its locks, whoever runs
    /// one of these texts, and the session of pgfleet that began the migration. Known after a look; changes nothing.
    ///
    /// A client that was killed leaves a session behind that goes on. A library may give its lock another number than
    /// the command line does, so that the text, as the server shows the first 1,000 bytes of it, tells what the lock does
    /// not.
    package func workers(running texts: [String]) async throws(TargetFailure) -> [OtherSession] {
        let here: Orientation
        if let orientation { here = orientation } else { here = try await orient().here }
        let beginnings = texts.map { text in
            // The server cuts between bytes; what is compared is shorter than that in any case.
            Parameter(String(decoding: text.utf8.prefix(900), as: UTF8.self).replacing("\u{FFFD}", with: "") as String?)
        }
        let places = beginnings.indices.map { "$\($0 + 2)::text" }.joined(separator: ", ")
        let question = """
            SELECT a.pid, a.application_name, a.usename, a.state, extract(epoch FROM clock_timestamp() - a.xact_start), a.query \
            FROM pg_stat_activity a WHERE a.pid <> pg_backend_pid() AND a.datname = current_database() \
            AND (EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted \
            AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) = ANY ($1::bigint[])) \
            OR (a.state <> 'idle' AND EXISTS (SELECT FROM unnest(ARRAY[\(places)]::text[]) t \
            WHERE t <> '' AND starts_with(a.query, t)))) ORDER BY a.backend_start
            """
        do throws(PostgresError) {
            let answer = try await connection.query(
                question, [Parameter(here.locks.numbersLiteral as String?)] + beginnings, timeout: options.recoveryLimit
            )
            return answer.rows.map { row in
                OtherSession(
                    process: row[0].flatMap { Int32($0) } ?? 0, application: row[1], user: row[2], state: row[3],
                    age: row[4], query: row[5])
            }
        } catch {
            throw failure(reading: error)
        }
    }
}
