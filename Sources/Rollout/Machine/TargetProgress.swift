public import FleetModel

/// What the journal knows of one target.
public struct TargetProgress: Sendable, Hashable {
    /// Where the target is in the rollout. What may follow is said with each case.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Waits for its wave. Followed by `running` or `skipped`.
        case pending
        /// There was nothing to run, by the plan or because someone else had run it by then. Final.
        case unchanged
        /// Announced and at work. Followed by `changed`, `unchanged`, `failed`, `deferred`, `retrying`, or `pending`
        /// when it was cancelled or is uncertain.
        case running
        /// On the version that the plan wanted. Followed by `reverting`.
        case changed
        /// Its migration failed. Followed by `reverting` when some steps are in, `pending` when resumed, or `retrying` or
        /// `skipped` when an operator says so.
        case failed
        /// Locks of others stood in its way at every try. Followed by `pending` when the others of its wave have ended or
        /// the rollout is resumed, or `reverting` when some steps are in.
        case deferred
        /// It had bad luck, as a server that did not answer, and is tried again. Followed by `pending` after a pause or when
        /// the rollout is resumed, `skipped`, or `reverting` when some steps are in.
        case retrying
        /// An operator said that the rollout goes on without it. Followed by `reverting` when some steps are in.
        case skipped
        /// Its way back is at work. Followed by `reverted`, `revertFailed`, or by itself when it is uncertain.
        case reverting
        /// Back on the version that it had. Followed by `pending` when the rollout is resumed.
        case reverted
        /// Its way back failed. Followed by `reverting` when the rollout is resumed.
        case revertFailed = "revert_failed"
    }

    /// Where it is.
    public internal(set) var phase: Phase
    /// Whether this rollout may have changed it: a step ended well, or it is not known whether one did.
    public internal(set) var isTouched = false
    /// What its version table said when it was last read in this rollout.
    public internal(set) var state: VersionState?
    /// The last failure, of the way there or the way back.
    public internal(set) var failure: TargetFailure?
    /// How many steps ended well on the way there.
    public internal(set) var finishedSteps = 0
    /// How often it was tried again.
    public internal(set) var retries = 0
    /// Whether the migration failed, however far back the target was brought since.
    public internal(set) var hasFailed = false

    /// The one account of it.
    public var account: TargetAccount {
        switch phase {
        case .pending, .retrying: isTouched ? .inFlight : .notStarted
        case .unchanged: .unchanged
        case .running, .reverting: .inFlight
        case .changed: .changed
        case .failed, .revertFailed: .failed
        case .deferred: .deferred
        case .skipped: .skipped
        case .reverted: hasFailed ? .failed : .rolledBack
        }
    }
}
