public import FleetModel

/// How rollouts go through an environment, as the inventory says it.
public struct EnvironmentPolicy: Sendable, Hashable {
    /// What happens when more than `maxFailures` targets fail.
    public var onFailure: FailurePolicy = .rollback
    /// How many targets of the environment may fail before `onFailure` applies; counted over all its waves. `nil` is
    /// without limit.
    public var maxFailures: FailureLimit? = .count(0)
    /// What happens to the targets at work when the rollout halts.
    public var inFlight: EnvironmentRules.InFlight = .finish
    /// How often a target with bad luck is tried again before that counts as a failure.
    public var retries = 0
    /// The pause before that.
    public var retryDelay = Duration.seconds(30)
    /// Who must approve before the first wave; `nil` for nobody.
    public var approval: ApprovalRule?
    /// When targets may start.
    public var startTimes = StartTimes()
    /// How long ago the environments in `after` must have passed a version before it may come here; `nil` where nothing
    /// is asked.
    public var promotionBake: Duration?
    /// Labels whose targets rollouts leave out; each map is one rule, all of whose labels a target must have.
    public var drained: [[String: String]] = []
    /// The hooks around the environment.
    public var hooks: HookSet?
    /// The hooks around each of its hosts, by the host's name.
    public var hostHooks: [String: HookSet] = [:]

    /// The defaults.
    public init() {}
}
