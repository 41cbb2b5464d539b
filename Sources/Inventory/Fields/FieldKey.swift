/// The keys that one kind of map has; `docs/fleet.schema.json` lists the same ones.
protocol FieldKey: RawRepresentable<String>, CaseIterable, Sendable {}

extension FieldKey {
    static var names: [String] { allCases.map(\.rawValue) }
}

/// Keys at the top of the file. Keys that begin with `x-` are ignored: a place for anchors.
enum FleetKey: String, FieldKey {
    case fleet, migrations, store, defaults, environments, schedules, alerts
}

/// Keys of `defaults`, of every environment and of every host and target, beside libpq's keywords.
enum SettingsKey: String, FieldKey {
    case database, schema, migrations, layout, timeouts, history, progress
    case migrationsTable = "migrations_table"
    /// golang-migrate's URL options under their own names, so that a URL can be copied key by key.
    case foreignTable = "x-migrations-table"
    case foreignTableIsQuoted = "x-migrations-table-quoted"
    case lockRetry = "lock_retry"
    case oldLocks = "old_locks"
    case setRole = "set_role"
    case damageGuard = "damage_guard"
    case longTransactions = "long_transactions"
    case invalidIndexes = "invalid_indexes"
    case lostSessions = "lost_sessions"
}

/// Keys of an environment, beside the settings.
enum EnvironmentKey: String, FieldKey {
    case after, approval, concurrency, waves, hosts, targets, labels
    case perHost = "per_host"
    case onFailure = "on_failure"
    case maxFailures = "max_failures"
}

/// Keys of an entry of `hosts` or `targets`, beside the settings.
enum EntryKey: String, FieldKey {
    case name, databases, schemas, discover, labels, enabled
}

enum TimeoutKey: String, FieldKey {
    case connect, lock, statement
    case lockWait = "lock_wait"
}

enum LockRetryKey: String, FieldKey {
    case attempts, initial, max, budget
}

enum DamageGuardKey: String, FieldKey {
    case perTry = "per_try"
    case perRun = "per_run"
}

enum LongTransactionsKey: String, FieldKey {
    case action
    case olderThan = "older_than"
}

enum WaveKey: String, FieldKey {
    case name, match, count, percent, bake, probe
}

enum ApprovalKey: String, FieldKey {
    case count, from
}

enum ScheduleKey: String, FieldKey {
    case cron, run
}

enum AlertKey: String, FieldKey {
    case webhook, on
}
