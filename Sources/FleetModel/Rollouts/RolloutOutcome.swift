/// How a rollout ended.
public enum RolloutOutcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every target is where the plan wanted it.
    case succeeded
    /// Something failed and work is left; what was changed stays. It may be resumed or rolled back.
    case failed
    /// Everything that the policy wanted back is back on the version that it had.
    case rolledBack = "rolled_back"
    /// At least one target could not be brought back. It may be resumed, which tries again.
    case rollbackIncomplete = "rollback_incomplete"
}

/// What became of one planned target; each has exactly one of these at any time.
public enum TargetAccount: String, Sendable, Hashable, Codable, CaseIterable {
    /// On the version that the plan wanted, brought there by this rollout.
    case changed
    /// It was there already.
    case unchanged
    /// Changed by this rollout and then brought back to the version that it had.
    case rolledBack = "rolled_back"
    /// Its migration, or its way back, failed.
    case failed
    /// Locks of others stood in the way at every try: nothing is wrong with the migration, and it is to be tried again.
    case deferred
    /// Not started, or stopped before anything was changed.
    case notStarted = "not_started"
    /// An operator said that the rollout goes on without it.
    case skipped
    /// Begun and not ended: at work now, stopped between two steps, or left by a process that died, so that only the
    /// database knows.
    case inFlight = "in_flight"
}
