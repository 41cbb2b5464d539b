/// What a rollout will do, decided before it starts: printed by `plan`, executed by `rollout`, kept in the journal.
public struct Plan: Sendable, Hashable, Codable {
    /// The fleet's name.
    public let fleet: String
    /// What was asked for.
    public let goal: Goal
    /// In the order in which they are released; only environments that were selected.
    public let environments: [PlannedEnvironment]
    /// What was agreed on for this rollout alone.
    public let terms: PlanTerms

    /// Makes a plan.
    public init(fleet: String, goal: Goal, environments: [PlannedEnvironment], terms: PlanTerms = PlanTerms()) {
        self.fleet = fleet
        self.goal = goal
        self.environments = environments
        self.terms = terms
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
