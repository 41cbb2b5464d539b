internal import FleetModel
internal import Postgres
internal import Synchronization

/// A second connection that looks, once a second, whether the migrating session waits for a lock: who is in its way, and
/// who queues up behind it. When the harm to those is too great it cancels the wait, and only that.
///
/// It opens its connection when a step has been at work for a while, and has none before. What fails here (no
/// connection left, no rights) ends the watch and never the migration.
final class LockWatch: Sendable {
    /// What was seen so far.
    struct Sight: Sendable {
        /// Who held the lock when it was waited for last.
        var holders: [OtherSession] = []
        /// How many sessions queued behind the wait at the last look.
        var queued = 0
        /// Session-seconds of the try that is under way.
        var harmOfTry = 0.0
        /// Session-seconds of all tries.
        var harm = 0.0
        /// Whether the try that is under way was cancelled here.
        var hasCancelled = false
    }

    /// How often it looks.
    static let interval = Duration.seconds(1)
    /// Its own statements take milliseconds; a server that answers no sooner than this is not asked again.
    private static let patience = Duration.seconds(5)

    private let settings: ConnectionSettings
    private let backend: (process: Int32, start: String)
    private let rule: DamageGuard
    private let sight = Mutex(Sight())

    /// - Parameter here: the session that is watched over.
    init(_ settings: ConnectionSettings, over here: Orientation, _ rule: DamageGuard) {
        var settings = settings
        settings["application_name"] = "pgfleet/watch"
        self.settings = settings
        backend = (here.backendPID, here.backendStart)
        self.rule = rule
    }

    var seen: Sight { sight.withLock { $0 } }

    /// Watches over one try, until it is cancelled or has cancelled the wait.
    @concurrent func run(over timeout: LockTimeout) async {
        sight.withLock { sight in
            sight.harmOfTry = 0
            sight.hasCancelled = false
        }
        let half = timeout.duration / 2
        let delay = timeout.duration > .zero ? min(half, Self.interval) : Self.interval
        var last = ContinuousClock.now
        do {
            try await Task.sleep(for: delay)
            let connection = try await Connection.open(settings, timeout: ConnectTimeout(Self.patience))
            do {
                while true {
                    let now = ContinuousClock.now
                    if try await look(on: connection, since: now - last) { break }
                    last = now
                    try await Task.sleep(for: Self.interval)
                }
            } catch {}
            await connection.close()
        } catch {}
    }

    /// - Returns: whether the wait was cancelled.
    private func look(on connection: Connection, since time: Duration) async throws -> Bool {
        let process = Parameter(backend.process as Int32?)
        let start = Parameter(backend.start as String?)
        let rows = try await connection.query(Self.looking, [process, start], timeout: Self.patience).rows
        let queue = LockQueue(rows)
        guard queue.waits[backend.process] != nil else { return false }
        let holders = queue.holders(before: backend.process)
        let found = rows.compactMap { OtherSession(watched: $0) }.filter { holders.contains($0.process) }
        let queued = queue.queued(behind: backend.process).count
        let isSpent = sight.withLock { sight in
            sight.holders = found
            sight.queued = queued
            sight.harmOfTry += Double(queued) * time.seconds
            sight.harm += Double(queued) * time.seconds
            return queued > 0 && (sight.harmOfTry >= rule.perTry || sight.harm >= rule.perRun)
        }
        guard isSpent else { return false }
        // Before the cancel: the migration may fail before this task goes on.
        sight.withLock { $0.hasCancelled = true }
        let answer = try await connection.query(Self.cancelling, [process, start], timeout: Self.patience)
        let isCancelled = answer.firstValue == "t"
        sight.withLock { $0.hasCancelled = isCancelled }
        return isCancelled
    }

    /// Nothing is looked at while the watched session does not wait.
    private static let looking = """
        WITH waiting AS MATERIALIZED ( \
        SELECT w.pid, pg_blocking_pids(w.pid) AS blockers FROM (SELECT DISTINCT pid FROM pg_locks WHERE NOT granted) w \
        WHERE EXISTS (SELECT FROM pg_locks WHERE pid = $1::int AND NOT granted) \
        AND EXISTS (SELECT FROM pg_stat_get_activity($1::int) WHERE \(Orientation.isBackend))), \
        involved AS (SELECT pid FROM waiting UNION SELECT unnest(blockers) FROM waiting) \
        SELECT i.pid, array_to_string(w.blockers, ' '), a.application_name, a.usename, a.state, \
        extract(epoch FROM clock_timestamp() - a.xact_start), left(a.query, 400) \
        FROM involved i LEFT JOIN waiting w USING (pid) LEFT JOIN pg_stat_activity a USING (pid)
        """

    /// The number of a process that has ended may be another's by now, hence its start.
    private static let cancelling = """
        SELECT pg_cancel_backend($1::int) FROM pg_stat_get_activity($1::int) WHERE \(Orientation.isBackend) \
        AND EXISTS (SELECT FROM pg_locks WHERE pid = $1::int AND NOT granted)
        """
}

extension LockQueue {
    /// Reads the rows that a watch asks for.
    fileprivate init(_ rows: Rows) {
        var waits: [Int32: [Int32]] = [:]
        for row in rows {
            guard let process = row[0].flatMap({ Int32($0) }), let blockers = row[1] else { continue }
            waits[process] = blockers.split(separator: " ").compactMap { Int32($0) }
        }
        self.init(waits: waits)
    }
}

extension OtherSession {
    fileprivate init?(watched row: Row) {
        guard let process = row[0].flatMap({ Int32($0) }) else { return nil }
        self.init(process: process, application: row[2], user: row[3], state: row[4], age: row[5], query: row[6])
    }
}
