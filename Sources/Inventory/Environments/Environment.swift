public import FleetModel

/// A named set of targets, and how a rollout goes through it.
public struct Environment: Sendable {
    /// Unique in the fleet.
    public let name: String
    /// The environments that must be through before this one begins.
    public let after: [String]
    /// How many targets may be worked on at once, all hosts together; at least 1.
    public let concurrency: Int
    /// How many targets on one host may be worked on at once; at least 1.
    public let perHost: Int
    /// At least one rule; they are applied with `WaveRule.waves(of:by:)` once discovery has found all targets.
    public let waves: [WaveRule]
    /// How rollouts go through it.
    public let policy: EnvironmentPolicy
    /// The targets that the file names, in its order. `discoveries` find more.
    public let targets: [FleetTarget]
    /// The hosts that are asked for their targets.
    public let discoveries: [Discovery]
    /// What the file names and leaves out of everything.
    public let leftOut: [LeftOutTarget]
}

/// A target and how to reach it.
public struct FleetTarget: Sendable, Hashable {
    /// What is stored, sent and printed.
    public let target: Target
    /// What stays in this process.
    public let access: TargetAccess
    /// The hooks around it.
    public let hooks: HookSet?

    /// Makes a target.
    public init(target: Target, access: TargetAccess, hooks: HookSet? = nil) {
        self.target = target
        self.access = access
        self.hooks = hooks
    }
}
