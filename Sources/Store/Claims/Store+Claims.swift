public import FleetModel
import Foundation
import GRDB

extension Store {
    /// How long a claim is believed without a sign of life where the process cannot be looked at: on another machine, in
    /// another container, from before a reboot.
    static let lease = Duration.seconds(30)
    /// How often a process gives a sign of life.
    public static let heartbeat = Duration.seconds(5)

    /// Takes the right to work on a rollout.
    ///
    /// A process of this machine that died holds nothing any more. One that cannot be looked at, because it belongs to
    /// another machine, container or boot, is believed for 30 s after its last sign of life.
    /// - Throws: `claimed` when a living process has it, `targetClaimed` when one works on one of its targets in another
    ///   rollout: two at once would undo each other's work.
    public func claim(_ rollout: RolloutID) async throws(StoreError) -> Claim {
        let path = path
        return try await write { database in
            let held = try HeldClaim.find(rollout, in: database)
            if let held, held.isLive(at: .now) {
                throw StoreError(.claimed(by: held.holder), path: path)
            }
            if let shared = try Self.sharedTarget(of: rollout, in: database) { throw StoreError(shared, path: path) }
            let token = (held?.token ?? 0) + 1
            let me = ProcessIdentity.current
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO claim
                        (rollout, token, machine, boot, process, process_started, is_released, heartbeat_ms)
                    VALUES (?, ?, ?, ?, ?, ?, 0, ?)
                    """,
                arguments: [
                    rollout.rawValue, token, me.machine, me.boot, me.process, me.started, Date.now.milliseconds,
                ])
            return Claim(rollout: rollout, token: token)
        }
    }

    /// A target with work in this rollout that a living process works on in another one.
    private static func sharedTarget(of rollout: RolloutID, in database: Database) throws -> StoreError.Reason? {
        func working(_ rollout: RolloutID) throws -> Set<TargetID> {
            let text = try String.fetchOne(
                database, sql: "SELECT plan FROM rollout WHERE id = ?", arguments: [rollout.rawValue])
            guard let text else { return [] }
            let plan = try JournalCoding.plan(text)
            return Set(plan.targets.lazy.filter(\.hasWork).map(\.target.id))
        }
        let others = try String.fetchAll(
            database, sql: "SELECT rollout FROM claim WHERE is_released = 0 AND rollout <> ? ORDER BY rollout",
            arguments: [rollout.rawValue])
        var mine: Set<TargetID>?
        for other in others.map(RolloutID.init(rawValue:)) {
            guard let held = try HeldClaim.find(other, in: database), held.isLive(at: .now) else { continue }
            // A plan is read as a whole: this one once, and only where another one lives.
            let targets = try mine ?? working(rollout)
            mine = targets
            if let target = try working(other).intersection(targets).min() {
                return .targetClaimed(target, by: held.holder, in: other)
            }
        }
        return nil
    }

    /// Gives a sign of life.
    ///
    /// - Throws: `claimLost` when another process took the rollout over.
    public func renew(_ claim: Claim) async throws(StoreError) {
        let path = path
        try await write { database in
            try database.execute(
                sql: "UPDATE claim SET heartbeat_ms = ? WHERE rollout = ? AND token = ? AND is_released = 0",
                arguments: [Date.now.milliseconds, claim.rollout.rawValue, claim.token])
            guard database.changesCount == 1 else { throw StoreError(.claimLost, path: path) }
        }
    }

    /// Gives the right back; a claim that was lost is left alone.
    public func release(_ claim: Claim) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE claim SET is_released = 1 WHERE rollout = ? AND token = ?",
                arguments: [claim.rollout.rawValue, claim.token])
        }
    }
}

/// A row of the claim table.
struct HeldClaim {
    let token: Int64
    let identity: ProcessIdentity
    let isReleased: Bool
    let heartbeat: Int64

    var holder: ClaimHolder { ClaimHolder(machine: identity.machine, process: identity.process) }

    static func find(_ rollout: RolloutID, in database: Database) throws -> HeldClaim? {
        try Row.fetchOne(database, sql: "SELECT * FROM claim WHERE rollout = ?", arguments: [rollout.rawValue]).map {
            HeldClaim($0, token: $0["token"], isReleased: $0["is_released"])
        }
    }

    /// Of a row that says which process it is of, and when that gave its last sign of life.
    init(_ row: Row, token: Int64, isReleased: Bool) {
        self.token = token
        self.isReleased = isReleased
        identity = ProcessIdentity(
            machine: row["machine"], boot: row["boot"], process: row["process"], started: row["process_started"])
        heartbeat = row["heartbeat_ms"]
    }

    func isLive(at now: Date) -> Bool {
        guard !isReleased else { return false }
        if let isAlive = identity.isAlive { return isAlive }
        return now.milliseconds - heartbeat < Store.lease.components.seconds * 1000
    }
}

extension Date {
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}
