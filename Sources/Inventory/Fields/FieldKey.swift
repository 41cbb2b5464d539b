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
    case database, schema, migrations, timeouts
    case migrationsTable = "migrations_table"
    case lockRetry = "lock_retry"
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
}

enum LockRetryKey: String, FieldKey {
    case attempts, initial, max
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
