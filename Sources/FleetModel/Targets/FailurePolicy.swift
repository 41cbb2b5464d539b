/// What a rollout does when more targets failed than `max_failures` allows.
public enum FailurePolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every target that this rollout changed goes back to the version that it had.
    case rollback
    /// Only the targets of the wave that failed go back.
    case rollbackWave = "rollback_wave"
    /// Nothing new starts; what was changed stays.
    case halt
    /// The rollout goes on; failed targets stay as they are and the rollout ends as failed.
    case `continue`
}
