public import FleetModel
public import Inventory

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

        /// Makes an answer.
        public init(
            target: FleetTarget, found: Result<VersionState, TargetFailure>, progress: StatementProgress? = nil,
            neverApplied: [Version] = [], obstacle: TargetFailure? = nil
        ) {
            self.target = target
            self.found = found
            self.progress = progress
            self.neverApplied = neverApplied
            self.obstacle = obstacle
        }
    }

    /// Every target that was asked, once.
    public let entries: [Entry]

    /// Makes a survey.
    public init(entries: [Entry]) { self.entries = entries }
}
