/// An event with its place and time in the journal of one rollout.
public struct JournaledEvent: Sendable, Hashable {
    /// From 1, without gaps.
    public let sequence: Int64
    /// Milliseconds since 1970-01-01 UTC, by the clock of the process that wrote it.
    public let milliseconds: Int64
    /// What was announced or seen.
    public let event: RolloutEvent

    /// Makes an entry.
    public init(sequence: Int64, milliseconds: Int64, event: RolloutEvent) {
        self.sequence = sequence
        self.milliseconds = milliseconds
        self.event = event
    }
}
