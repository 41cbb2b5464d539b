/// How migrations behave on a target, as the inventory says; no secret and no address.
public struct TargetRules: Sendable, Hashable {
    /// Whose files and version table they are.
    public var layout: Layout
    /// The version table's schema; nil for the session's current schema.
    public var versionTableSchema: String?
    /// The version table's name, one identifier.
    public var versionTable: String
    /// Whether the locks of golang-migrate before 4.15 are taken besides the newer ones.
    public var takesOldLocks: Bool = false
    /// `lock_timeout` of the last tries; the first ones get less.
    public var lockTimeout: LockTimeout
    /// `statement_timeout` of a migration's statements.
    public var statementTimeout: StatementTimeout
    /// What happens after a lock was not to be had.
    public var lockRetry: LockRetry
    /// How long to wait for the migration lock while someone else holds it.
    public var lockWait: Duration
    /// The role that migrations run as (SET ROLE); nil for the one that logs in.
    public var role: String?
    /// Whether `pgfleet.history` is kept on the target.
    public var keepsHistory: Bool
    /// Whether `pgfleet.progress` is kept on the target.
    public var keepsProgress: Bool
    /// Nil where no second connection watches over waits for locks.
    public var damageGuard: DamageGuard?
    /// What is done about long transactions of others.
    public var longTransactions: LongTransactions
    /// Whether an invalid index that a failed CREATE INDEX CONCURRENTLY left is dropped and built again.
    public var rebuildsInvalidIndexes: Bool
    /// Whether a session of ours that lost its client and is still at work is ended; otherwise it is waited for.
    public var endsLostSessions: Bool

    /// golang-migrate's layout and pgfleet's defaults.
    public init(
        layout: Layout = .golangMigrate, versionTableSchema: String? = nil, versionTable: String? = nil,
        lockTimeout: LockTimeout = LockTimeout(.seconds(2)),
        statementTimeout: StatementTimeout = StatementTimeout(.seconds(900)), lockRetry: LockRetry = .standard,
        lockWait: Duration = .seconds(60), role: String? = nil, keepsHistory: Bool = true, keepsProgress: Bool = true,
        damageGuard: DamageGuard? = .standard, longTransactions: LongTransactions = .standard,
        rebuildsInvalidIndexes: Bool = true, endsLostSessions: Bool = false
    ) {
        self.layout = layout
        self.versionTableSchema = versionTableSchema
        self.versionTable = versionTable ?? layout.versionTable
        self.lockTimeout = lockTimeout
        self.statementTimeout = statementTimeout
        self.lockRetry = lockRetry
        self.lockWait = lockWait
        self.role = role
        self.keepsHistory = keepsHistory
        self.keepsProgress = keepsProgress
        self.damageGuard = damageGuard
        self.longTransactions = longTransactions
        self.rebuildsInvalidIndexes = rebuildsInvalidIndexes
        self.endsLostSessions = endsLostSessions
    }
}
