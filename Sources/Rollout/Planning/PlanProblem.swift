public import FleetModel

/// Something that stands against a plan.
public struct PlanProblem: Sendable, Hashable {
    /// The target that it is about; `nil` where it is about a file that several have to run, or the plan as a whole.
    public let target: TargetID?
    /// How many targets it keeps from being changed.
    public let targets: Int
    /// The hazard, where it is one.
    public let hazard: Hazard?
    /// What is wrong.
    public let failure: TargetFailure

    /// A problem of one target.
    init(target: TargetID, failure: TargetFailure) {
        self.target = target
        targets = 1
        hazard = nil
        self.failure = failure
    }

    /// A problem of an environment as a whole.
    init(environment: PlannedEnvironment, failure: TargetFailure) {
        target = nil
        targets = environment.waves.lazy.flatMap(\.targets).count { $0.hasWork }
        hazard = nil
        self.failure = failure
    }

    /// A problem of the plan as a whole, or of a rule in it.
    init(plan failure: TargetFailure) {
        target = nil
        targets = 0
        hazard = nil
        self.failure = failure
    }

    /// A hazard that these many targets share.
    init(hazard: Hazard, targets: Int, failure: TargetFailure) {
        target = nil
        self.hazard = hazard
        self.targets = targets
        self.failure = failure
    }
}

/// Something about a plan that stands not against it and should be known before it is carried out.
public struct PlanWarning: Sendable, Hashable {
    /// The names in JSON.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The way there goes down, and a file on it has hazards.
        case downHazard = "down_hazard"
        /// The way back, if it is taken, loses data.
        case rollbackLosesData = "rollback_loses_data"
    }

    /// What a program decides on.
    public let kind: Kind
    /// The version whose down file it is about.
    public let version: Version
    /// What it would do, in a sentence.
    public let message: String
    /// The hazards of the file, each once.
    public let hazards: [Hazard]
    /// The first of them.
    public let place: TargetFailure.Place
    /// How many targets the plan has that on.
    public let targets: Int
}
