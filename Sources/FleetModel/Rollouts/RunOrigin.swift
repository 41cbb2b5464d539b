/// On whose behalf migrations are run, as the target's history keeps it.
public struct RunOrigin: Sendable, Hashable {
    /// The rollout; nil for work on a single target.
    public var rollout: RolloutID?
    /// Who runs it; nil where nobody said.
    public var operatorName: String?

    /// Makes an origin.
    public init(rollout: RolloutID? = nil, operatorName: String? = nil) {
        self.rollout = rollout
        self.operatorName = operatorName
    }
}

/// This program.
public enum Tool {
    /// Its version, as `pgfleet --version` prints it and the history on the targets keeps it.
    public static let version = "0.1.0"
}
