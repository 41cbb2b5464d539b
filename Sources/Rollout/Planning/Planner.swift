public import FleetModel
public import Inventory
public import Migrations

/// Makes a plan out of the inventory, the files and what was found on the targets. Asks nobody and changes nothing.
public struct Planner: Sendable {
    /// A plan, and everything that keeps it from being carried out.
    public struct Result: Sendable {
        /// What would be done. Targets with a problem of their own are not in it.
        public let plan: Plan
        /// What stands against it; a rollout starts only when there is none. Those of targets first.
        public let problems: [PlanProblem]
        /// What stands not against it and should be known.
        public let warnings: [PlanWarning]
        /// The targets on which a session of pgfleet is at work now; a rollout waits for its lock there.
        public let busy: [BusyTarget]

        /// Puts a result together.
        public init(plan: Plan, problems: [PlanProblem], warnings: [PlanWarning], busy: [BusyTarget]) {
            self.busy = busy
            self.plan = plan
            self.problems = problems
            self.warnings = warnings
        }
    }

    private let fleet: Fleet
    let library: MigrationLibrary
    private let goal: Goal
    private let allowsDown: Bool
    private let allowsMissingDowns: Bool
    private let allowsOutOfOrder: Bool
    private let leavesOutUnreachable: Bool
    private let allowed: [String]
    private let selection: [String]

    /// - Parameters:
    ///   - allowsDown: whether targets above the goal may be taken down to it.
    ///   - allowsMissingDowns: whether they may go down over versions that have nothing for the way down, and whether a
    ///     policy may stand that needs a way back where there is none.
    ///   - allowsOutOfOrder: whether versions below a target's that were never applied there may be passed over.
    ///   - leavesOutUnreachable: whether targets that cannot be reached are left out instead of standing against the plan.
    ///   - allowed: the names that the operator let pass, for the plan's record; hazards among them pass.
    ///   - selection: how the targets were selected, for the plan's record.
    public init(
        fleet: Fleet, library: MigrationLibrary, goal: Goal, allowsDown: Bool = false, allowsMissingDowns: Bool = false,
        allowsOutOfOrder: Bool = false, leavesOutUnreachable: Bool = false, allowed: [String] = [],
        selection: [String] = []
    ) {
        self.selection = selection
        self.leavesOutUnreachable = leavesOutUnreachable
        self.allowsMissingDowns = allowsMissingDowns
        self.allowsOutOfOrder = allowsOutOfOrder
        self.allowed = Set(allowed).sorted()
        self.fleet = fleet
        self.library = library
        self.goal = goal
        self.allowsDown = allowsDown
    }

    /// Plans for the surveyed targets, environment by environment and wave by wave.
    ///
    /// - Throws: when a migrations directory cannot be used, or the goal is not among its files.
    public func plan(_ survey: Survey) throws(MigrationsError) -> Result {
        try checkGoal(survey)
        var routes = RouteCache(library: library)
        var hazards = HazardCount()
        var problems: [PlanProblem] = []
        var environments: [PlannedEnvironment] = []
        let sources = Dictionary(
            survey.entries.map { ($0.target.target.id, $0.target.access.source) }
        ) { first, _ in first }
        var leftOut = fleet.environments.filter { environment in
            survey.entries.contains { $0.target.target.environment == environment.name }
        }.flatMap(\.leftOut)
        let byEnvironment = Dictionary(grouping: survey.entries) { $0.target.target.environment }
        for environment in fleet.environments {
            var planned: [TargetID: PlannedTarget] = [:]
            for entry in byEnvironment[environment.name] ?? [] {
                let id = entry.target.target.id
                if let label = environment.policy.drains(entry.target.target) {
                    leftOut.append(LeftOutTarget(target: id, reason: .drained(label: label)))
                    continue
                }
                if leavesOutUnreachable, case .failure(let failure) = entry.found, failure.kind.meansUnreachable {
                    leftOut.append(LeftOutTarget(target: id, reason: .unreachable(message: failure.message)))
                    continue
                }
                switch try plan(entry, in: environment, &routes) {
                case .success(let target):
                    planned[id] = target
                    hazards.count(target, source: entry.target.access.source)
                case .failure(let failure): problems.append(PlanProblem(target: id, failure: failure))
                }
            }
            guard !planned.isEmpty else { continue }
            let targets = (byEnvironment[environment.name] ?? []).map(\.target.target).filter { planned[$0.id] != nil }
            environments.append(
                try Self.environment(
                    environment,
                    waves: WaveRule.waves(of: targets, by: environment.waves).map { wave throws(MigrationsError) in
                        try self.wave(wave.rule, wave.targets.compactMap { planned[$0.id] }, sources)
                    }))
        }
        let waiting = environments.lazy.flatMap(\.waves).flatMap(\.targets).count { $0.hasWork }
        let terms = PlanTerms(
            maxFailures: fleet.maxFailures?.count(of: waiting), hooks: fleet.hooks, selection: selection,
            leftOut: leftOut, allowed: allowed)
        let found = try hazards.found(in: library)
        let plan = Plan(fleet: fleet.name, goal: goal, environments: environments, terms: terms)
        let named = NamedTargets(fleet, surveyed: survey.entries.map(\.target.target.id))
        return Result(
            plan: plan,
            problems: problems + named.problems(in: plan)
                + found.problems(allowing: Set(allowed.compactMap(Hazard.init(rawValue:)))),
            warnings: found.warnings, busy: survey.busy)
    }

    /// The goal is looked for among the files first, whatever state the targets are in.
    private func checkGoal(_ survey: Survey) throws(MigrationsError) {
        guard case .version(let wanted) = goal else { return }
        for source in Set(survey.entries.map(\.target.access.source)) {
            _ = try library.files(of: source).pending(after: wanted)
        }
    }

    private func plan(
        _ entry: Survey.Entry, in environment: Environment, _ routes: inout RouteCache
    ) throws(MigrationsError) -> Swift.Result<PlannedTarget, TargetFailure> {
        let state: VersionState
        switch entry.found {
        case .failure(let failure): return .failure(failure)
        case .success(let found): state = found
        }
        if state.isDirty { return .failure(.dirty(state, on: entry.target.target.id)) }
        let source = entry.target.access.source
        let files = try library.files(of: source)
        guard files.contains(state.version) else { return .failure(.unknownVersion(state.version, in: files)) }
        let wanted: Version? =
            switch goal {
            case .latest: files.newest
            case .version(let version): version
            }
        let there = try routes.route(from: state.version, to: wanted, in: source)
        if let obstacle = entry.obstacle, !there.steps.isEmpty { return .failure(obstacle) }
        let back = try routes.route(from: wanted, to: state.version, in: source)
        if there.steps.first?.direction == .down, !allowsDown {
            return .failure(.above(goal: wanted, state))
        }
        if !allowsOutOfOrder, let version = entry.neverApplied.first {
            return .failure(.outOfOrder(version, state))
        }
        let planned = PlannedTarget(
            target: entry.target.target, route: there, back: back, hooks: there.steps.isEmpty ? nil : entry.target.hooks
        )
        if allowsMissingDowns {
            return .success(planned)
        }
        if let version = files.missingDowns(in: there).first { return .failure(.missingDown(of: version)) }
        if environment.policy.onFailure.takesTargetsBack, let version = files.missingDowns(in: back).first {
            return .failure(.missingDown(of: version, in: environment))
        }
        return .success(planned)
    }
}

/// Routes between versions, each made once: ten thousand targets on three versions need three.
private struct RouteCache {
    private struct Key: Hashable {
        let source: MigrationSource
        let from: Version?
        let to: Version?
    }

    let library: MigrationLibrary
    private var routes: [Key: Route] = [:]

    init(library: MigrationLibrary) { self.library = library }

    mutating func route(from: Version?, to: Version?, in source: MigrationSource) throws(MigrationsError) -> Route {
        let key = Key(source: source, from: from, to: to)
        if let route = routes[key] { return route }
        let route = try library.files(of: source).route(from: from, to: to)
        routes[key] = route
        return route
    }
}

extension MigrationSet {
    /// Whether a target may be on this version; nothing applied is always possible.
    func contains(_ version: Version?) -> Bool { version.map { migration($0) != nil } ?? true }
}

extension TargetFailure.Kind {
    /// Whether the server could not be asked, and nothing else is known to be wrong.
    var meansUnreachable: Bool { self == .unreachable || self == .connectionLost || self == .timedOut }
}

extension TargetFailure {
    public static func dirty(_ state: VersionState, on target: TargetID) -> TargetFailure {
        let version = state.version.map { String(describing: $0) } ?? "-1"
        return TargetFailure(
            kind: .dirty,
            message: "the database is dirty on version \(version): a migration began there and did not end",
            remedy:
                "See how far it got and what leads out of it: pgfleet recover --target \(target.argument); or repair "
                + "it by hand, then say which version it is on: "
                + "pgfleet migrate force VERSION --target \(target.argument)")
    }

    static func outOfOrder(_ version: Version, _ state: VersionState) -> TargetFailure {
        TargetFailure(
            kind: .outOfOrder,
            message: "version \(version) lies below \(state), which the database is on, and was never applied there",
            remedy: "Give its file a newer version; or pass it over with --allow out_of_order.")
    }

    static func above(goal: Version?, _ state: VersionState) -> TargetFailure {
        TargetFailure(
            kind: .moved,
            message: "the database is on version \(state), above \(goal.map { String(describing: $0) } ?? "none")",
            remedy: "Taking it down may lose data. If that is meant, add --allow-down.")
    }

    static func missingDown(of version: Version) -> TargetFailure {
        TargetFailure(
            kind: .missingDown,
            message:
                "version \(version) has no down file: going back over it would move the version and leave its schema",
            remedy: "Write it.")
    }

    static func missingDown(of version: Version, in environment: Environment) -> TargetFailure {
        TargetFailure(
            kind: .missingDown,
            message: "version \(version) has no down file, so the target could not be brought back",
            remedy: "Write it, or choose another on_failure than \(environment.policy.onFailure.rawValue) "
                + "for \(environment.name) in the inventory.")
    }
}
