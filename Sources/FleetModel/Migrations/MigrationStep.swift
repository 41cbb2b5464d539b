/// Which way a migration is run.
public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// Applies a version.
    case up
    /// Reverts a version.
    case down
}

/// One migration file to run on one target, as a plan names it.
public struct MigrationStep: Sendable, Hashable, Codable {
    /// The version whose file is run.
    public let version: Version
    /// The title in the file's name; may be empty.
    public let title: String
    /// The way it is run.
    public let direction: Direction
    /// The version that the target is on before the step; `nil` when nothing is applied.
    public let from: Version?
    /// The version that the target is on after the step; `nil` when nothing is applied any more.
    public let to: Version?
    /// SHA-256 of the file as lower-case hex; `nil` when the version has no file for this direction (nothing is run,
    /// the version still moves).
    public let checksum: String?
    /// Whether all its statements run in one transaction together with the version row.
    public let isTransactional: Bool
    /// The file's own limits; `nil` where it asks for none.
    public let limits: StepLimits?
    /// What the file does that loses data or breaks running clients, each once, in the order of its statements. Empty for
    /// a plan of a build that did not know hazards.
    @OrEmpty public private(set) var hazards: [Hazard]

    /// Makes a step.
    public init(
        version: Version, title: String, direction: Direction, from: Version?, to: Version?, checksum: String?,
        isTransactional: Bool, limits: StepLimits? = nil, hazards: [Hazard] = []
    ) {
        self.version = version
        self.title = title
        self.direction = direction
        self.from = from
        self.to = to
        self.checksum = checksum
        self.isTransactional = isTransactional
        self.limits = limits
        _hazards = OrEmpty(wrappedValue: hazards)
    }
}

/// The steps that bring a target from one version to another, all in one direction.
public struct Route: Sendable, Hashable, Codable {
    /// Where the route begins.
    public let from: Version?
    /// Where it ends; equals `from` when there are no steps.
    public let to: Version?
    /// In the order in which they run; each begins where the one before ended.
    public let steps: [MigrationStep]

    /// Makes a route from consecutive steps.
    public init(from: Version?, steps: [MigrationStep]) {
        self.from = from
        self.steps = steps
        to = if let last = steps.last { last.to } else { from }
    }

    /// The steps that are left for a target on `version`; `nil` when that version is not on the route.
    ///
    /// A resumed rollout calls this with what the database says, so that no step runs twice.
    public func remaining(from version: Version?) -> ArraySlice<MigrationStep>? {
        if version == to { return steps[steps.endIndex...] }
        guard let start = steps.firstIndex(where: { $0.from == version }) else { return nil }
        return steps[start...]
    }
}
