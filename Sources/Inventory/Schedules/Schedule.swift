/// Something that runs by itself at certain times.
public struct Schedule: Sendable, Hashable, Codable {
    /// What can run.
    public enum Job: String, Sendable, Hashable, Codable, CaseIterable {
        /// Looks for drift.
        case check
        /// Looks at versions and dirty marks.
        case status
    }

    /// Unique in the fleet.
    public let name: String
    /// When.
    public let cron: CronExpression
    /// What.
    public let job: Job

    /// Makes a schedule.
    public init(name: String, cron: CronExpression, job: Job) {
        self.name = name
        self.cron = cron
        self.job = job
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
