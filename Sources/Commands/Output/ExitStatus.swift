import FleetModel

/// The exit codes; the table is in docs/exit-codes.md.
enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Done.
    case done = 0
    /// Failed, or halted with work left.
    case failed = 1
    /// Bad usage, inventory or migrations.
    case usage = 2
    /// A target is dirty.
    case dirty = 3
    /// A live schema differs from what its version should look like.
    case drift = 4
    /// Waits for an approval, is paused, or targets are deferred.
    case waiting = 5
    /// A target failed, and everything that the rollout changed was rolled back.
    case rolledBack = 6
    /// A rollback could not be completed.
    case rollbackIncomplete = 7
    /// The operator interrupted it.
    case interrupted = 130

    /// The code of a command that these failures ended before it changed anything.
    ///
    /// What the inventory or the migrations are to blame for is `usage`, unless a target is also in a bad state.
    static func refused(by kinds: some Collection<TargetFailure.Kind>) -> ExitStatus {
        if kinds.contains(.dirty) { return .dirty }
        let isOurFault = kinds.allSatisfy {
            [.configuration, .missingDown, .outOfOrder, .hazard, .notPromoted].contains($0)
        }
        return isOurFault ? .usage : .failed
    }
}
