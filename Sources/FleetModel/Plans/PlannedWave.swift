/// Targets of one environment that are released together.
public struct PlannedWave: Sendable, Hashable, Codable {
    /// The wave's name.
    public let name: String
    /// What must hold after it before anything else starts.
    public let gate: PlannedGate
    /// How many failed targets the wave tolerates; `nil` is without a limit of its own.
    public let maxFailures: Int?
    /// The hooks around the wave.
    public let hooks: HookSet?
    /// In the order in which they start.
    public let targets: [PlannedTarget]

    /// Makes a wave.
    public init(
        name: String, gate: PlannedGate = PlannedGate(), maxFailures: Int? = nil, hooks: HookSet? = nil,
        targets: [PlannedTarget]
    ) {
        self.name = name
        self.gate = gate
        self.maxFailures = maxFailures
        self.hooks = hooks
        self.targets = targets
    }

    /// Whether any of its targets has something to run.
    public var hasWork: Bool { targets.contains { $0.hasWork } }
}

/// What stands between a wave and whatever comes after it.
public struct PlannedGate: Sendable, Hashable, Codable {
    /// How long to watch after the wave's last target, in seconds; `nil` means not at all.
    public let bakeSeconds: Double?
    /// By how much longer it may be, at random, so that rollouts do not end together.
    public let bakeJitterSeconds: Double?
    /// What must hold.
    @OrEmpty public var checks: [GateCheck]
    /// Who must approve when all that holds; `nil` for nobody.
    public let approval: ApprovalRule?

    /// Makes a gate; open by default.
    public init(
        bakeSeconds: Double? = nil, bakeJitterSeconds: Double? = nil, checks: [GateCheck] = [],
        approval: ApprovalRule? = nil
    ) {
        self.bakeSeconds = bakeSeconds
        self.bakeJitterSeconds = bakeJitterSeconds
        self.approval = approval
        self.checks = checks
    }

    /// Whether anything has to be waited for or asked.
    public var isWatched: Bool { bakeSeconds != nil || !checks.isEmpty }

    /// Whether a check compares with numbers from before the wave.
    public var needsBaselines: Bool { checks.contains { if case .increase = $0.question { true } else { false } } }
}

/// One target of a plan: the way there and the way back.
public struct PlannedTarget: Sendable, Hashable, Codable {
    /// The target.
    public let target: Target
    /// What will be run; empty when the target is there already.
    public let route: Route
    /// What a rollback would run, from the end of `route` back to its beginning.
    public let back: Route
    /// The hooks around the target.
    public let hooks: HookSet?

    /// Makes a target's plan.
    public init(target: Target, route: Route, back: Route, hooks: HookSet? = nil) {
        self.target = target
        self.route = route
        self.back = back
        self.hooks = hooks
    }

    /// Whether there is anything to run.
    public var hasWork: Bool { !route.steps.isEmpty }
}
