/// Something that runs by itself at certain times.
public struct Schedule: Sendable, Hashable {
    /// What can run.
    public enum Job: String, Sendable, Hashable, CaseIterable {
        /// Looks for drift.
        case check
        /// Looks at versions and dirty marks.
        case status
    }

    /// Unique in the fleet.
    public let name: String
    /// When.
    public let timing: ScheduleTiming
    /// What.
    public let job: Job
    /// On which targets.
    public let selector: Selector

    /// Makes a schedule.
    public init(name: String, timing: ScheduleTiming, job: Job, selector: Selector = .all) {
        self.name = name
        self.timing = timing
        self.job = job
        self.selector = selector
    }
}

/// Who is told of what.
public struct Alert: Sendable, Hashable {
    /// What can be told.
    public enum Event: String, Sendable, Hashable, Codable, CaseIterable {
        /// A target is dirty.
        case dirty
        /// A live schema differs from what its version should look like.
        case drift
        /// A target does not answer.
        case unreachable
        /// A rollout began.
        case rolloutStarted = "rollout_started"
        /// A rollout ended well.
        case rolloutFinished = "rollout_finished"
        /// A rollout failed, halted or rolled back.
        case rolloutFailed = "rollout_failed"
        /// A rollout waits for an approval.
        case approvalNeeded = "approval_needed"
    }

    /// The address that is called; usually secret.
    public let webhook: SecretText
    /// The events that it is called for; at least one.
    public let events: Set<Event>

    /// Makes an alert.
    public init(webhook: SecretText, events: Set<Event>) {
        self.webhook = webhook
        self.events = events
    }
}
