public import FleetModel

/// The decisions of a rollout, without I/O: events in, announcements out.
///
/// `apply` takes every event, announced or seen, in the order of the journal. `decide` says what is announced next;
/// whoever runs the machine writes that to the journal, applies it, and carries it out. So a machine that is rebuilt
/// from a journal goes on exactly where the last one stopped.
public struct RolloutMachine: Sendable {
    /// Which way the rollout is going.
    public enum Course: Sendable, Hashable {
        /// Not started. Followed by `forward`.
        case idle
        /// Waves are released. Followed by `halted` or `ended`.
        case forward
        /// Nothing new starts; what is in flight finishes. Followed by `rollback` or `ended`, as the policy says.
        case halted(HaltReason)
        /// Changed targets go back. Followed by `ended`.
        case rollback
        /// Over. A resume leads from `ended(failed)` to `forward` and from `ended(rollbackIncomplete)` to `rollback`;
        /// a requested rollback leads to `halted`.
        case ended(RolloutOutcome)
    }

    enum Gate: Sendable, Hashable { case closed, open, passed }

    /// The plan that is executed.
    public let plan: Plan
    /// Which way it is going.
    public internal(set) var course: Course = .idle
    /// The wave that was released last; `nil` before the first one.
    public internal(set) var wave: WaveID?
    /// Whether an operator asked to stop.
    public internal(set) var isStopping = false
    /// Whether the process left the rollout after a stop.
    public internal(set) var isSuspended = false
    /// Who paused it; nil while it is not paused.
    public internal(set) var pausedBy: Operator?
    /// Who started it.
    public internal(set) var requester: String?
    /// What waits for an approval.
    public internal(set) var awaitedApproval: ApprovalScope?
    /// The environment whose versions have to be passed for longer.
    public internal(set) var awaitedPromotion: String?
    /// The environment whose targets wait for a time in which they may start.
    public internal(set) var awaitedWindow: String?
    /// The wave whose targets with bad luck are tried again after a pause.
    public internal(set) var awaitedRetries: WaveID?
    /// The hook that is at work.
    public internal(set) var hookInFlight: HookID?
    /// The numbers from before the waves, for gates that compare with them.
    public internal(set) var baselines: [WaveID: [Baseline]] = [:]
    /// The number of the newest operator's request that was taken; 0 before the first one.
    public internal(set) var lastRequest: Int64 = 0
    /// Each planned target's progress.
    public internal(set) var targets: [TargetID: TargetProgress]
    /// The targets for whose locks the rollout waits until it is resumed; empty while it works or waits for other things.
    public internal(set) var awaitedTargets: [TargetID] = []

    let planned: [TargetID: PlannedTarget]
    let places: [TargetID: WaveID]
    /// Who approved what, each person once.
    var approvals: [ApprovalScope: Set<String>] = [:]
    var promoted: Set<String> = []
    var openWindows: Set<String> = []
    var passedEnvironments: Set<String> = []
    /// What an operator's request or a hook that failed leads to next.
    var pendingHalt: HaltReason?
    var hooks = HookProgress()
    var baselineInFlight: WaveID?
    /// The wave before which the numbers could not be taken.
    var baselineFailure: WaveID?
    /// Failed targets of each wave that was started.
    var failures: [WaveID: Int] = [:]
    var gate = Gate.closed
    var gateFailure: TargetFailure?
    var queue = LimitedQueue.empty
    /// How often the waves' targets were tried once more since the rollout was taken up.
    var repeats: [WaveID: Int] = [:]
    /// The migrations that begin on no further target for a while.
    var pauses: [LimitedMigration: Pause] = [:]
    /// Those of them that `takePauses` has not handed out yet.
    var newPauses: [LimitedMigration: Pause] = [:]
    var pauseCount = 0
    /// Targets in the order in which they were touched; one that was reverted since may still be in it.
    var changeOrder: [TargetID] = []
    /// The targets that the rollback takes back, the newest change first.
    var revertScope: [TargetID] = []
    /// What is left of it: one group per environment, the last environment first.
    var revertGroups: [[TargetID]] = []

    /// Makes the machine of a plan whose journal is still empty.
    public init(plan: Plan) {
        self.plan = plan
        var targets: [TargetID: TargetProgress] = [:]
        var planned: [TargetID: PlannedTarget] = [:]
        var places: [TargetID: WaveID] = [:]
        for (environmentIndex, environment) in plan.environments.enumerated() {
            for (waveIndex, wave) in environment.waves.enumerated() {
                for target in wave.targets {
                    let id = target.target.id
                    targets[id] = TargetProgress(phase: target.hasWork ? .pending : .unchanged)
                    planned[id] = target
                    places[id] = WaveID(environment: environmentIndex, wave: waveIndex)
                }
            }
        }
        self.targets = targets
        self.planned = planned
        self.places = places
    }

    /// Rebuilds the machine from a journal.
    public init(plan: Plan, journal: some Sequence<JournaledEvent>) {
        self.init(plan: plan)
        for entry in journal { apply(entry.event) }
    }

    /// How many targets are at work.
    public var inFlightCount: Int { queue.inFlight.count }

    /// The targets at work.
    public var targetsInFlight: Set<TargetID> { queue.inFlight }

    /// How many targets there are of each account; every planned target is counted exactly once.
    public var accounts: [TargetAccount: Int] {
        targets.values.reduce(into: [:]) { $0[$1.account, default: 0] += 1 }
    }

    /// The targets whose version table is known to say dirty.
    public var dirtyTargets: [TargetID] {
        targets.filter { $0.value.state?.isDirty == true }.map(\.key).sorted()
    }

    /// How many targets the rollback takes back; 0 before there is one.
    public var revertCount: Int { revertScope.count }

    /// The plan of one target.
    public func plannedTarget(_ target: TargetID) -> PlannedTarget? { planned[target] }

    /// The wave that a target is in.
    public func place(of target: TargetID) -> WaveID? { places[target] }

    func plannedWave(_ id: WaveID) -> PlannedWave? {
        guard plan.environments.indices.contains(id.environment),
            plan.environments[id.environment].waves.indices.contains(id.wave)
        else { return nil }
        return plan.environments[id.environment].waves[id.wave]
    }

    func environment(named name: String) -> PlannedEnvironment? { plan.environments.first { $0.name == name } }

    /// The wave that is released next, or was released and is not through; nil where nothing waits.
    public var nextWaveID: WaveID? { nextWave() }

    /// The first wave, in the plan's order, in which a target still waits.
    func nextWave() -> WaveID? {
        for (environmentIndex, environment) in plan.environments.enumerated() {
            for (waveIndex, wave) in environment.waves.enumerated()
            where wave.targets.contains(where: { targets[$0.target.id]?.phase == .pending }) {
                return WaveID(environment: environmentIndex, wave: waveIndex)
            }
        }
        return nil
    }
}
