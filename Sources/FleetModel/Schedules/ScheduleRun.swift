/// One run of a schedule, as the store keeps it.
public struct ScheduleRun: Sendable, Hashable {
    /// What became of it.
    public enum Outcome: Sendable, Hashable {
        /// Its process is at work.
        case running
        /// Its process ended without a result: it was killed, or the machine went down.
        case lost
        /// It came to an end, well or not.
        case ended(atMilliseconds: Int64, exitCode: Int32, summary: String)
    }

    /// Grows with each run of a store.
    public let id: Int64
    /// The schedule's name.
    public let schedule: String
    /// What ran.
    public let job: String
    /// The time for which it was meant, in milliseconds since 1970-01-01 UTC; nil where someone ran it by hand.
    public let dueMilliseconds: Int64?
    /// When it began, in milliseconds since 1970-01-01 UTC.
    public let startedMilliseconds: Int64
    /// Who ran it, where, in which process.
    public let by: Operator
    /// What became of it.
    public let outcome: Outcome

    /// Makes a run.
    public init(
        id: Int64, schedule: String, job: String, dueMilliseconds: Int64?, startedMilliseconds: Int64, by: Operator,
        outcome: Outcome
    ) {
        self.id = id
        self.schedule = schedule
        self.job = job
        self.dueMilliseconds = dueMilliseconds
        self.startedMilliseconds = startedMilliseconds
        self.by = by
        self.outcome = outcome
    }
}
