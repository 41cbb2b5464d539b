public import FleetModel

/// How a session with a target is opened.
public struct SessionOptions: Sendable, Hashable {
    /// The name under which the session shows in `pg_stat_activity`; cut to the 63 bytes that PostgreSQL keeps.
    public var applicationName: String
    /// How migrations behave on the target.
    public var rules: TargetRules
    /// On whose behalf, for the target's history; a run may add its rollout.
    public var origin: RunOrigin
    /// For name resolution, network, TLS and authentication together.
    public var connectTimeout: ConnectTimeout
    /// How long a statement of pgfleet itself may wait for a lock on the version table.
    public var lockTimeout: LockTimeout
    /// How long a statement of pgfleet itself may run; and, after a connection broke, how long to try to reach the server
    /// again and to wait for the lost session to end.
    public var recoveryLimit: Duration
    /// How long to wait for a place where the server has no connection left (SQLSTATE 53300).
    public var turnLimit: Duration
    /// The command that failures name to run it all again; by default the one that works on this target alone.
    public var retryCommand: String?
    /// How commands name the target, for failures that say what to do next; nil for `--target` and its name.
    public var operand: String?

    /// Takes golang-migrate's table and the limits given.
    public init(
        applicationName: String = "pgfleet/migrate", rules: TargetRules = TargetRules(),
        origin: RunOrigin = RunOrigin(),
        connectTimeout: ConnectTimeout = ConnectTimeout(.seconds(5)),
        lockTimeout: LockTimeout = LockTimeout(.seconds(5)), recoveryLimit: Duration = .seconds(15),
        turnLimit: Duration = .seconds(30), retryCommand: String? = nil, operand: String? = nil
    ) {
        self.applicationName = applicationName
        self.rules = rules
        self.origin = origin
        self.connectTimeout = connectTimeout
        self.lockTimeout = lockTimeout
        self.recoveryLimit = recoveryLimit
        self.turnLimit = turnLimit
        self.retryCommand = retryCommand
        self.operand = operand
    }
}

/// How the steps of a route are run.
public struct RunOptions: Sendable {
    /// The rollout that the run belongs to, if it belongs to one.
    public var rollout: RolloutID?
    /// Whether an earlier attempt may have taken some of the steps. If not, a target in the middle of the route was moved
    /// by someone else since the route was made, and is refused as `.moved`.
    public var mayHaveBegun: Bool
    /// Whether a version without a down file may be gone back over, which moves the version and changes no schema.
    public var allowsMissingDowns: Bool
    /// Whether versions below the target's that were never applied there may be passed over.
    public var allowsOutOfOrder: Bool
    /// Asked before each step; true ends the run there.
    public var shouldStop: @Sendable () -> Bool
    /// Asked while locks that others hold are waited for; true ends the wait as if its limit had passed.
    public var shouldGiveUp: @Sendable () -> Bool
    /// Told of each step as it begins and ends.
    public var onStep: @Sendable (StepProgress) async -> Void
    /// Told of what the server says, and of who is in the way.
    public var onNotice: @Sendable (TargetNotice) async -> Void
    /// What the session calls itself while a step runs, before the step's version; nil for the session's own name.
    public var applicationName: String?

    /// Takes the limits given.
    public init(
        rollout: RolloutID? = nil, mayHaveBegun: Bool = true, allowsMissingDowns: Bool = true,
        allowsOutOfOrder: Bool = false,
        shouldStop: @escaping @Sendable () -> Bool = { false },
        shouldGiveUp: @escaping @Sendable () -> Bool = { false },
        applicationName: String? = nil,
        onStep: @escaping @Sendable (StepProgress) async -> Void = { _ in },
        onNotice: @escaping @Sendable (TargetNotice) async -> Void = { _ in }
    ) {
        self.rollout = rollout
        self.mayHaveBegun = mayHaveBegun
        self.allowsMissingDowns = allowsMissingDowns
        self.allowsOutOfOrder = allowsOutOfOrder
        self.shouldStop = shouldStop
        self.shouldGiveUp = shouldGiveUp
        self.onStep = onStep
        self.onNotice = onNotice
        self.applicationName = applicationName
    }
}

/// What is told of a step while a route is run.
public enum StepProgress: Sendable, Hashable {
    /// Its SQL is about to be sent.
    case began(MigrationStep)
    /// It ended well.
    case finished(TargetReport.FinishedStep)
}
