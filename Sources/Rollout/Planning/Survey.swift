public import FleetModel
public import Inventory
public import Migrations

/// What was found on each target when the fleet was looked at, in the order of the inventory.
public struct Survey: Sendable {
    /// One target's answer.
    public struct Entry: Sendable {
        /// The target and how to reach it.
        public let target: FleetTarget
        /// What its version table says, or why that is not known.
        public let found: Result<VersionState, TargetFailure>
        /// How far the migration got that left the target dirty, where the target tells.
        public let progress: StatementProgress?
        /// Versions of the files that lie below the target's and were never applied there, where its table can tell.
        public let neverApplied: [Version]
        /// Why it cannot be migrated although its version can be read: a standby, a pooler in between.
        public let obstacle: TargetFailure?
        /// The session of pgfleet that is at work on it: of a rollout, or one that lost its client.
        public let sessionAtWork: OtherSession?

        /// Makes an answer.
        public init(
            target: FleetTarget, found: Result<VersionState, TargetFailure>, progress: StatementProgress? = nil,
            neverApplied: [Version] = [], obstacle: TargetFailure? = nil, sessionAtWork: OtherSession? = nil
        ) {
            self.target = target
            self.found = found
            self.progress = progress
            self.neverApplied = neverApplied
            self.obstacle = obstacle
            self.sessionAtWork = sessionAtWork
        }
    }

    /// Every target that was asked, once.
    public let entries: [Entry]

    /// Makes a survey.
    public init(entries: [Entry]) { self.entries = entries }
}

/// A target on which a session of pgfleet is at work: of another rollout, or one that lost its client.
public struct BusyTarget: Sendable, Hashable {
    /// The target's name.
    public let target: TargetID
    /// The session that holds its lock.
    public let session: OtherSession
}

extension Survey {
    /// The targets on which a session of pgfleet is at work.
    public var busy: [BusyTarget] {
        entries.compactMap { entry in
            entry.sessionAtWork.map { BusyTarget(target: entry.target.target.id, session: $0) }
        }
    }
}
