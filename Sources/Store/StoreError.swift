public import FleetModel
import GRDB

/// Why the store could not be used. What was written before stays written; nothing is half-written.
public struct StoreError: Error, Sendable, Hashable {
    /// What a program decides on.
    public enum Reason: Sendable, Hashable {
        /// The file or its directory cannot be opened or made.
        case cannotOpen
        /// The disk is full.
        case full
        /// The file or the file system cannot be written to.
        case readOnly
        /// The file was removed, moved or replaced while it was in use.
        case gone
        /// Another process keeps the file locked for longer than the store waits.
        case locked
        /// The file is not a store, or is damaged.
        case damaged
        /// A newer pgfleet wrote it.
        case newerFormat
        /// No rollout has that name.
        case unknownRollout(String)
        /// No saved plan has that name.
        case unknownPlan(String)
        /// A shortened name fits several rollouts.
        case ambiguousRollout(String, [String])
        /// A living process works on the rollout.
        case claimed(by: ClaimHolder)
        /// A living process works on one of the rollout's targets in another rollout.
        case targetClaimed(TargetID, by: ClaimHolder, in: RolloutID)
        /// A living process runs the schedule.
        case scheduleClaimed(String, by: ClaimHolder)
        /// This process lost its claim, so that it may not write any more.
        case claimLost
        /// Reading or writing failed in another way.
        case failed
    }

    /// What a program decides on.
    public let reason: Reason
    /// The store's file.
    public let path: String
    /// What SQLite said, if it was asked.
    public let underlying: String?

    init(_ reason: Reason, path: String, underlying: String? = nil) {
        self.reason = reason
        self.path = path
        self.underlying = underlying
    }

    /// Translates an error of SQLite by its code.
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.failed, path: path, underlying: String(describing: error))
            return
        }
        let reason: Reason =
            switch error.resultCode {
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .cannotOpen
            case .SQLITE_FULL: .full
            case .SQLITE_READONLY: .readOnly
            case .SQLITE_BUSY, .SQLITE_LOCKED: .locked
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: .damaged
            default: .failed
            }
        let code = error.resultCode.rawValue
        self.init(reason, path: path, underlying: "\(error.message ?? "no message") (SQLite code \(code))")
    }
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        let cause = underlying.map { ": \($0)" } ?? ""
        switch reason {
        case .cannotOpen:
            return "store \(path): cannot be opened\(cause). Check that its directory exists and may be written to."
        case .full:
            return "store \(path): the disk is full\(cause). Nothing that was not recorded was begun; free some space, "
                + "then go on with: pgfleet rollout resume"
        case .readOnly:
            return "store \(path): cannot be written to\(cause). A rollout needs a journal; make the file writable or "
                + "name another one with store: in fleet.yaml."
        case .gone:
            return "store \(path): the file was removed, moved or replaced while it was in use. Put it back where it "
                + "was; without it the rollout is not known any more, and what the databases are on is told by: pgfleet status"
        case .locked:
            return "store \(path): another process keeps it locked\(cause). Try again once it is done."
        case .damaged:
            return "store \(path): this is not a pgfleet store, or it is damaged\(cause). Move it aside; the databases "
                + "hold their own versions, so 'pgfleet status' works without it."
        case .newerFormat:
            return "store \(path): a newer pgfleet wrote it. Use that version, or name another store in fleet.yaml."
        case .unknownRollout(let name):
            return "there is no rollout \(name) in \(path). See: pgfleet rollout list"
        case .unknownPlan(let name):
            return "there is no saved plan \(name) in \(path). Save one with: pgfleet plan --save"
        case .ambiguousRollout(let name, let candidates):
            return "\(name) fits several: \(candidates.joined(separator: ", ")). Type more of its name."
        case .claimed(let holder):
            return "\(holder) works on this rollout now. Wait for it, or stop that process first."
        case .targetClaimed(let target, let holder, let rollout):
            return "\(holder) works on \(target) right now, in rollout \(rollout); nothing was begun. Wait for its "
                + "end: pgfleet rollout show \(rollout)"
        case .scheduleClaimed(let schedule, let holder):
            return "\(holder) runs the schedule \(schedule) right now; runs do not overlap, so nothing was begun. "
                + "See: pgfleet schedule history \(schedule)"
        case .claimLost:
            return "another process took this rollout over, so nothing more is written by this one. "
                + "See: pgfleet rollout list"
        case .failed:
            return "store \(path): reading or writing failed\(cause)."
        }
    }
}
