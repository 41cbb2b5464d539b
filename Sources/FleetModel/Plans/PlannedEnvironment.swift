/// One environment of a plan with the limits and the policy that hold in it.
public struct PlannedEnvironment: Sendable, Hashable, Codable {
    /// The environment's name.
    public let name: String
    /// The limits and the policy.
    public let rules: EnvironmentRules
    /// In order; the first one is the canary.
    public let waves: [PlannedWave]

    /// Makes an environment's plan.
    public init(name: String, rules: EnvironmentRules = EnvironmentRules(), waves: [PlannedWave]) {
        self.name = name
        self.rules = rules
        self.waves = waves
    }

    /// Whether any of its targets has something to run.
    public var hasWork: Bool { waves.contains { $0.hasWork } }
}

/// How a rollout goes through an environment.
public struct EnvironmentRules: Sendable, Hashable, Codable {
    /// What happens to the targets that are at work when the rollout halts.
    public enum InFlight: String, Sendable, Hashable, Codable, CaseIterable {
        /// They finish.
        case finish
        /// They are cancelled on their servers.
        case cancel
    }

    /// How many targets may be worked on at once.
    public var concurrency: Int
    /// How many of them on one host.
    public var perHost: Int
    /// What happens once more targets failed than `maxFailures`.
    public var onFailure: FailurePolicy
    /// How many failed targets are tolerated, counted over the whole environment; `nil` is without limit.
    public var maxFailures: Int?
    /// What happens to the targets at work when the rollout halts.
    public var inFlight: InFlight
    /// How often a target is tried again that could not be reached or had no luck with locks, before that counts as a failure.
    public var retries: Int
    /// The pause before such targets are tried again.
    public var retryDelaySeconds: Double
    /// Who must approve before its first wave starts; `nil` for nobody.
    public var approval: ApprovalRule?
    /// When its targets may start; `nil` is always.
    public var startTimes: StartTimes?
    /// What its versions must have passed first; `nil` for nothing.
    public var promotion: Promotion?
    /// The hooks around the environment.
    public var hooks: HookSet?
    /// The hooks around each of its hosts that have any, by the host's name.
    public var hostHooks: [String: HookSet]?

    /// Makes rules: 16 at once, 2 a host, a rollback at the first failure.
    public init(
        concurrency: Int = 16, perHost: Int = 2, onFailure: FailurePolicy = .rollback, maxFailures: Int? = 0,
        inFlight: InFlight = .finish, retries: Int = 0, retryDelaySeconds: Double = 30, approval: ApprovalRule? = nil,
        startTimes: StartTimes? = nil, promotion: Promotion? = nil, hooks: HookSet? = nil,
        hostHooks: [String: HookSet]? = nil
    ) {
        self.concurrency = concurrency
        self.perHost = perHost
        self.onFailure = onFailure
        self.maxFailures = maxFailures
        self.inFlight = inFlight
        self.retries = retries
        self.retryDelaySeconds = retryDelaySeconds
        self.approval = approval
        self.startTimes = startTimes
        self.promotion = promotion
        self.hooks = hooks
        self.hostHooks = hostHooks
    }
}

/// What the versions of an environment must have passed before they may come there.
public struct Promotion: Sendable, Hashable, Codable {
    /// The environments of the same plan that bring versions which none has passed yet; they must pass in this rollout.
    @OrEmpty public var awaited: [String]
    /// How long before it must have been passed.
    public let bakeSeconds: Double
    /// When the last of the versions was passed in earlier rollouts, in milliseconds since 1970; nil where all pass in this one.
    public let passedMilliseconds: Int64?

    /// Makes a rule.
    public init(awaited: [String] = [], bakeSeconds: Double = 0, passedMilliseconds: Int64? = nil) {
        self.awaited = awaited
        self.bakeSeconds = bakeSeconds
        self.passedMilliseconds = passedMilliseconds
    }
}
