/// What a rollout will do, decided before it starts: printed by `plan`, executed by `rollout`, kept in the journal.
public struct Plan: Sendable, Hashable, Codable {
    /// The fleet's name.
    public let fleet: String
    /// What was asked for.
    public let goal: Goal
    /// In the order in which they are released; only environments that were selected.
    public let environments: [PlannedEnvironment]
    /// The names of the findings and hazards that the operator let pass, sorted.
    @OrEmpty public private(set) var allowed: [String]

    /// Makes a plan.
    public init(fleet: String, goal: Goal, environments: [PlannedEnvironment], allowed: [String] = []) {
        self.fleet = fleet
        self.goal = goal
        self.environments = environments
        _allowed = OrEmpty(wrappedValue: allowed)
    }

    /// Every planned target, in the order of environments and waves.
    public var targets: some Sequence<PlannedTarget> {
        environments.lazy.flatMap { $0.waves.lazy.flatMap(\.targets) }
    }

    /// Whether anything would be run at all.
    public var hasWork: Bool { targets.contains { $0.hasWork } }
}

/// Where a rollout takes its targets.
public enum Goal: Sendable, Hashable, Codable {
    /// The newest version among the files of each target.
    case latest
    /// One version for all; `nil` is the state in which nothing is applied.
    case version(Version?)
}

extension Goal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .latest: "latest"
        case .version(let version): version.map(String.init(describing:)) ?? "none"
        }
    }
}

/// One environment of a plan with the limits and the policy that hold in it.
public struct PlannedEnvironment: Sendable, Hashable, Codable {
    /// The environment's name.
    public let name: String
    /// How many targets may be worked on at once.
    public let concurrency: Int
    /// How many of them on one host.
    public let perHost: Int
    /// What happens once more targets failed than `maxFailures`.
    public let onFailure: FailurePolicy
    /// How many failed targets are tolerated, counted over the whole environment; `nil` is without limit.
    public let maxFailures: Int?
    /// Whether someone must approve before its first wave starts.
    public let requiresApproval: Bool
    /// In order; the first one is the canary.
    public let waves: [PlannedWave]

    /// Makes an environment's plan.
    public init(
        name: String, concurrency: Int, perHost: Int, onFailure: FailurePolicy, maxFailures: Int?,
        requiresApproval: Bool, waves: [PlannedWave]
    ) {
        self.name = name
        self.concurrency = concurrency
        self.perHost = perHost
        self.onFailure = onFailure
        self.maxFailures = maxFailures
        self.requiresApproval = requiresApproval
        self.waves = waves
    }

    /// Whether any of its targets has something to run.
    public var hasWork: Bool { waves.contains { $0.hasWork } }
}

/// Targets of one environment that are released together.
public struct PlannedWave: Sendable, Hashable, Codable {
    /// The wave's name.
    public let name: String
    /// How long to wait after its last target before the next wave, in seconds; `nil` means not at all.
    public let bakeSeconds: Double?
    /// SQL that must return true on each of its targets once the bake time is over.
    public let probe: String?
    /// In the order in which they start.
    public let targets: [PlannedTarget]

    /// Makes a wave.
    public init(name: String, bakeSeconds: Double?, probe: String?, targets: [PlannedTarget]) {
        self.name = name
        self.bakeSeconds = bakeSeconds
        self.probe = probe
        self.targets = targets
    }

    /// Whether any of its targets has something to run.
    public var hasWork: Bool { targets.contains { $0.hasWork } }
}

/// One target of a plan: the way there and the way back.
public struct PlannedTarget: Sendable, Hashable, Codable {
    /// The target.
    public let target: Target
    /// What will be run; empty when the target is there already.
    public let route: Route
    /// What a rollback would run, from the end of `route` back to its beginning.
    public let back: Route

    /// Makes a target's plan.
    public init(target: Target, route: Route, back: Route) {
        self.target = target
        self.route = route
        self.back = back
    }

    /// Whether there is anything to run.
    public var hasWork: Bool { !route.steps.isEmpty }
}
