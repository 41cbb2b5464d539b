/// The keys that one kind of map has; `docs/fleet.schema.json` lists the same ones.
protocol FieldKey: RawRepresentable<String>, CaseIterable, Sendable {}

extension FieldKey {
    static var names: [String] { allCases.map(\.rawValue) }
}

/// Keys at the top of the file. Keys that begin with `x-` are ignored: a place for anchors.
enum FleetKey: String, FieldKey {
    case fleet, migrations, store, defaults, environments, schedules, alerts, hooks, check, scratch
    case maxFailures = "max_failures"
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
    case after, require, approval, concurrency, waves, hosts, targets, labels, retries, windows, freeze, drain, hooks
    case inFlight = "in_flight"
    case retryDelay = "retry_delay"
    case hostHooks = "host_hooks"
    case targetHooks = "target_hooks"
    case perHost = "per_host"
    case onFailure = "on_failure"
    case maxFailures = "max_failures"
}

/// Keys of an entry of `hosts` or `targets`, beside the settings.
enum EntryKey: String, FieldKey {
    case name, databases, schemas, discover, labels, enabled, hooks
    case skipUntil = "skip_until"
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
    case name, match, count, percent, bake, probe, gates, approval, hooks
    case bakeJitter = "bake_jitter"
    case maxFailures = "max_failures"
}

/// Keys of a gate's check: what is asked, and how often.
enum GateKey: String, FieldKey {
    case sql, on, http, status, contains, headers, prometheus, interval, timeout, deadline
    case maxIncrease = "max_increase"
    case replicationLag = "replication_lag"
    case failureLimit = "failure_limit"
}

enum PrometheusKey: String, FieldKey {
    case url, query, min, max, headers
}

enum HooksKey: String, FieldKey {
    case before, after
}

enum HookKey: String, FieldKey {
    case name, sql, on, command, webhook, headers, timeout
}

enum RequireKey: String, FieldKey {
    case versions, bake
}

enum WindowKey: String, FieldKey {
    case days, from, to, zone
}

enum FreezeKey: String, FieldKey {
    case from, to, zone, reason
}

enum ApprovalKey: String, FieldKey {
    case count, from
    case allowRequester = "allow_requester"
}

enum CheckKey: String, FieldKey {
    case ignore, comments, privileges, publications
}

enum ScratchKey: String, FieldKey {
    case extensions, roles, prelude, programs, server
}

/// Keys of the server that `scratch` names, beside libpq's keywords.
enum ScratchServerKey: String, FieldKey {
    case database

    /// With libpq's keywords, but for those that mean nothing there.
    static let all = Set(names).union(LibPQKeyword.all).subtracting(["connect_timeout", "replication"])
}

enum ScheduleKey: String, FieldKey {
    case cron, timezone, every, run, environments, hosts, targets, labels
}

enum AlertKey: String, FieldKey {
    case webhook, on
}
