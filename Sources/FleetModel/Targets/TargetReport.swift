/// What one attempt to bring a target along a route has reached; partial success is part of it.
public struct TargetReport: Sendable, Hashable, Codable {
    /// A step that ended well, and how long it took.
    public struct FinishedStep: Sendable, Hashable, Codable {
        /// The step.
        public let step: MigrationStep
        /// Seconds from sending it to the server's answer.
        public let seconds: Double

        /// Makes a record of a finished step.
        public init(step: MigrationStep, seconds: Double) {
            self.step = step
            self.seconds = seconds
        }
    }

    /// What the version table said under the lock before the first step; `nil` when it was not reached.
    public var before: VersionState?
    /// What it says now; `nil` when that is not known (for example the connection broke and could not be made again).
    public var after: VersionState?
    /// The steps that ended well, in order.
    public var finished: [FinishedStep]
    /// Why it stopped; `nil` when it reached the route's end.
    public var failure: TargetFailure?

    /// Whether only locks of others were in the way. A dirty database needs someone, whatever made it so.
    public var isDeferred: Bool { failure?.kind == .deferred && after?.isDirty != true }

    /// Makes a report.
    public init(
        before: VersionState?, after: VersionState?, finished: [FinishedStep] = [], failure: TargetFailure? = nil
    ) {
        self.before = before
        self.after = after
        self.finished = finished
        self.failure = failure
    }
}
