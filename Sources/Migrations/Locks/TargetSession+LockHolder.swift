public import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    private static let holders = """
        SELECT a.pid, coalesce(a.application_name, '') AS name, coalesce(host(a.client_addr), 'a local socket'), \
        coalesce(a.state, 'unknown'), extract(epoch FROM clock_timestamp() - a.state_change)::bigint, a.usename \
        FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
        AND (l.classid::bigint << 32 | l.objid::bigint) = ANY ($1::bigint[]) AND l.pid <> pg_backend_pid() \
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
        ORDER BY a.backend_start
        """

    /// Ends the sessions that hold the lock for the same rollout, where the inventory says so (`lost_sessions: end`).
    ///
    /// The rollout is worked on by one process at a time, and that is this one: such a session has lost its client.
    func endOrphans(_ here: Orientation) async {
        guard options.rules.endsLostSessions, let rollout = options.origin.rollout else { return }
        _ = try? await connection.query(
            "SELECT pg_terminate_backend(pid) FROM (\(Self.holders)) AS holders WHERE starts_with(name, $2)",
            [Parameter(here.lockNumbers as String?), Parameter("pgfleet/\(rollout)/" as String?)],
            timeout: options.recoveryLimit)
    }

    /// Whether another session holds a lock under which the target is migrated, by pgfleet or by the target's tool. Changes
    /// nothing; one round trip, and one more before the first look.
    public func isBeingMigrated() async throws(TargetFailure) -> Bool {
        let here: Orientation
        if let orientation { here = orientation } else { here = try await orient().here }
        do throws(PostgresError) {
            let holders = try await connection.query(
                Self.holders + " LIMIT 1", [Parameter(here.lockNumbers as String?)], timeout: options.recoveryLimit)
            return !holders.rows.isEmpty
        } catch {
            throw unchanged(error)
        }
    }

    /// The failure to get the lock, with who has it.
    func lockHeld(_ here: Orientation, _ limit: Duration) async -> TargetFailure {
        let answer = try? await connection.query(
            Self.holders + " LIMIT 1", [Parameter(here.lockNumbers as String?)], timeout: options.recoveryLimit)
        return TargetFailure(
            kind: .lockHeld,
            message: "The migration lock was not free within \(limit.inSeconds). "
                + (answer?.rows.first.map(Self.description) ?? "Whoever held it has just let go of it"),
            consequence: texts.nothingChanged,
            remedy: "Let that migration end, or end its session if it is dead; then run this again")
    }

    private static func description(of row: Row) -> String {
        let name = (row[1] ?? "").isEmpty ? "without a name" : "named '\((row[1] ?? "").harmless)'"
        let since = row[4].map { " for \($0) s" } ?? ""
        return "It is held by the session \(name) (process \(row[0] ?? "?"), user \((row[5] ?? "?").harmless)) from "
            + "\(row[2] ?? "?"), which is \(row[3] ?? "?")\(since)"
    }
}

extension Orientation {
    /// The numbers of its locks as PostgreSQL reads an array.
    fileprivate var lockNumbers: String { locks.numbersLiteral }
}

extension Duration {
    /// For sentences: `60 s`, `0.5 s`.
    var inSeconds: String { formatted() }

    private func formatted() -> String {
        let (seconds, attoseconds) = components
        let tenths = attoseconds / 100_000_000_000_000_000
        return tenths == 0 ? "\(seconds) s" : "\(seconds).\(tenths) s"
    }
}
