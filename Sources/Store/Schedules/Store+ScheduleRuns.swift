public import FleetModel
public import Foundation
import GRDB

extension Store {
    /// How many runs of a schedule are kept.
    static let runsKept = 1000
    /// How many of the last runs decide whether there is another one.
    private static let runsHeeded = 20

    /// Begins a run, and by that claims the schedule: the decision and the claim are one transaction, so that of two
    /// processes that find the same time due only one runs.
    ///
    /// - Parameters:
    ///   - fleet: the fleet's name.
    ///   - decide: whether there is a run, and for which time it is meant, from the last runs, the newest first.
    /// - Returns: nil where there is none, and nothing was written.
    /// - Throws: `scheduleClaimed` when a living process runs the schedule.
    public func beginRun(
        of schedule: String, in fleet: String, job: String, by operatorOfRun: Operator, at now: Date = .now,
        _ decide: @escaping @Sendable (_ runs: [ScheduleRun]) -> RunDecision
    ) async throws(StoreError) -> RunClaim? {
        let path = path
        return try await write { database in
            let runs = try Self.runs(of: schedule, in: fleet, limit: Self.runsHeeded, database)
            guard case .run(let due) = decide(runs) else { return nil }
            if let running = runs.first(where: { $0.outcome == .running }) {
                let holder = ClaimHolder(machine: running.by.machine, process: running.by.process)
                throw StoreError(.scheduleClaimed(schedule, by: holder), path: path)
            }
            let me = ProcessIdentity.current
            try database.execute(
                sql: """
                    INSERT INTO schedule_run (fleet, schedule, job, operator, due_ms, started_ms,
                        machine, boot, process, process_started, heartbeat_ms)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    fleet, schedule, job, try JournalCoding.text(operatorOfRun), due?.milliseconds, now.milliseconds,
                    me.machine, me.boot, me.process, me.started, Date.now.milliseconds,
                ])
            let id = database.lastInsertedRowID
            try database.execute(
                sql: """
                    DELETE FROM schedule_run WHERE fleet = ?1 AND schedule = ?2 AND id <= (
                        SELECT id FROM schedule_run WHERE fleet = ?1 AND schedule = ?2
                        ORDER BY id DESC LIMIT 1 OFFSET ?3)
                    """,
                arguments: [fleet, schedule, Self.runsKept])
            return RunClaim(id: id, fleet: fleet, schedule: schedule)
        }
    }

    /// Gives a sign of life, for those who cannot see this process.
    ///
    /// - Throws: `claimLost` when another process has begun a run since.
    public func renew(_ claim: RunClaim) async throws(StoreError) {
        let path = path
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE schedule_run SET heartbeat_ms = ?4 WHERE id = ?1 AND id = (
                        SELECT max(id) FROM schedule_run WHERE fleet = ?2 AND schedule = ?3)
                    """,
                arguments: [claim.id, claim.fleet, claim.schedule, Date.now.milliseconds])
            guard database.changesCount == 1 else { throw StoreError(.claimLost, path: path) }
        }
    }

    /// Records how a run ended, and gives the schedule back.
    public func end(
        _ claim: RunClaim, exitCode: Int32, summary: String, at now: Date = .now
    ) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE schedule_run SET ended_ms = ?, exit_code = ?, summary = ? WHERE id = ?",
                arguments: [now.milliseconds, exitCode, summary, claim.id])
        }
    }

    /// The last runs of a schedule, or of all of a fleet, the newest first.
    public func runs(
        of schedule: String? = nil, in fleet: String, limit: Int
    ) async throws(StoreError) -> [ScheduleRun] {
        try await read { try Self.runs(of: schedule, in: fleet, limit: limit, $0) }
    }

    private static func runs(
        of schedule: String?, in fleet: String, limit: Int, _ database: Database
    ) throws -> [ScheduleRun] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM schedule_run WHERE fleet = ?1 AND (?2 IS NULL OR schedule = ?2) ORDER BY id DESC LIMIT ?3
                """,
            arguments: [fleet, schedule, limit]
        ).map { row in
            let ended: Int64? = row["ended_ms"]
            let held = HeldClaim(row, token: row["id"], isReleased: ended != nil)
            let outcome: ScheduleRun.Outcome =
                if let ended {
                    .ended(atMilliseconds: ended, exitCode: row["exit_code"], summary: row["summary"])
                } else {
                    held.isLive(at: .now) ? .running : .lost
                }
            return ScheduleRun(
                id: row["id"], schedule: row["schedule"], job: row["job"], dueMilliseconds: row["due_ms"],
                startedMilliseconds: row["started_ms"], by: try JournalCoding.value(row["operator"]), outcome: outcome)
        }
    }
}
