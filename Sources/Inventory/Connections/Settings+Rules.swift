import FleetModel

extension Settings {
    /// PostgreSQL keeps `lock_timeout` and `statement_timeout` as a 32-bit number of milliseconds.
    private static let longestTimeout = Duration.seconds(24 * 86_400)
    private static let longestWait = Duration.seconds(86_400)

    /// Takes over how migrations are to behave.
    mutating func overrideRules(_ map: MapReader) {
        if let field = map[SettingsKey.timeouts] { overrideTimeouts(field) }
        if let field = map[SettingsKey.lockRetry] { overrideLockRetry(field) }
        if let field = map[SettingsKey.setRole] { rules.role = Self.objectName(field, "a role") ?? rules.role }
        rules.takesOldLocks = map[SettingsKey.oldLocks]?.onOrOff() ?? rules.takesOldLocks
        rules.keepsHistory = map[SettingsKey.history]?.onOrOff() ?? rules.keepsHistory
        rules.keepsProgress = map[SettingsKey.progress]?.onOrOff() ?? rules.keepsProgress
        if let field = map[SettingsKey.damageGuard] { overrideDamageGuard(field) }
        if let field = map[SettingsKey.longTransactions] { overrideLongTransactions(field) }
        if let choice = map[SettingsKey.invalidIndexes]?.choice(InvalidIndexes.self) {
            rules.rebuildsInvalidIndexes = choice == .rebuild
        }
        if let choice = map[SettingsKey.lostSessions]?.choice(LostSessions.self) {
            rules.endsLostSessions = choice == .end
        }
    }

    private mutating func overrideTimeouts(_ field: Field) {
        let expected = "a map with connect, lock, statement, lock_wait"
        guard let map = MapReader(field, expected, keys: Set(TimeoutKey.names)) else { return }
        if let duration = map[TimeoutKey.connect]?.duration(.milliseconds(1) ... .seconds(3600)) {
            connectTimeout = ConnectTimeout(duration)
        }
        if let duration = map[TimeoutKey.lock]?.duration(.zero...Self.longestTimeout) {
            rules.lockTimeout = LockTimeout(duration)
        }
        if let duration = map[TimeoutKey.statement]?.duration(.zero...Self.longestTimeout) {
            rules.statementTimeout = StatementTimeout(duration)
        }
        rules.lockWait = map[TimeoutKey.lockWait]?.duration(.zero...Self.longestWait) ?? rules.lockWait
    }

    private mutating func overrideLockRetry(_ field: Field) {
        let expected = "a map with attempts, initial, max, budget"
        guard let map = MapReader(field, expected, keys: Set(LockRetryKey.names)) else { return }
        let bounds = Duration.milliseconds(1) ... .seconds(3600)
        let initial = map[LockRetryKey.initial]?.duration(bounds) ?? rules.lockRetry.initial
        let longest = map[LockRetryKey.max]?.duration(bounds) ?? rules.lockRetry.max
        let attempts = map[LockRetryKey.attempts]?.integer(1...1000) ?? rules.lockRetry.attempts
        let budget = map[LockRetryKey.budget]?.duration(.zero...Self.longestWait) ?? rules.lockRetry.budget
        if initial > longest {
            field.error(
                .conflict,
                "`initial` (\(DurationText.text(initial))) is longer than `max` (\(DurationText.text(longest)))")
        }
        rules.lockRetry = LockRetry(attempts: attempts, initial: initial, max: longest, budget: budget)
    }

    private mutating func overrideDamageGuard(_ field: Field) {
        if case .scalar(let text, _) = field.node.content, !field.node.isNull {
            switch text {
            case "on", "true": rules.damageGuard = rules.damageGuard ?? .standard
            case "off", "false": rules.damageGuard = nil
            default:
                field.error(
                    .invalid, "expected on, off, or a map with per_try and per_run, found \(Printable.value(text))")
            }
            return
        }
        let expected = "on, off, or a map with per_try and per_run"
        guard let map = MapReader(field, expected, keys: Set(DamageGuardKey.names)) else { return }
        let inherited = rules.damageGuard ?? .standard
        let expectedNumber = "session-seconds above 0, at most 1000000"
        let perTry = map[DamageGuardKey.perTry]?.number(above: 0, to: 1_000_000, expectedNumber) ?? inherited.perTry
        let perRun = map[DamageGuardKey.perRun]?.number(above: 0, to: 1_000_000, expectedNumber) ?? inherited.perRun
        if perTry > perRun {
            field.error(.conflict, "`per_try` (\(perTry.plain)) is more than `per_run` (\(perRun.plain))")
        }
        rules.damageGuard = DamageGuard(perTry: perTry, perRun: perRun)
    }

    private mutating func overrideLongTransactions(_ field: Field) {
        var (action, olderThan) = (rules.longTransactions.action, rules.longTransactions.olderThan)
        if case .scalar = field.node.content, !field.node.isNull {
            action = field.choice(LongTransactions.Action.self) ?? action
        } else {
            let expected = "show, wait, refuse, ignore, or a map with action and older_than"
            guard let map = MapReader(field, expected, keys: Set(LongTransactionsKey.names)) else { return }
            action = map[LongTransactionsKey.action]?.choice(LongTransactions.Action.self) ?? action
            olderThan = map[LongTransactionsKey.olderThan]?.duration(.zero...Self.longestWait) ?? olderThan
        }
        rules.longTransactions = LongTransactions(action: action, olderThan: olderThan)
    }
}

/// `invalid_indexes`.
enum InvalidIndexes: String, CaseIterable {
    case rebuild, keep
}

/// `lost_sessions`.
enum LostSessions: String, CaseIterable {
    case wait, end
}

extension Double {
    /// Without `.0`.
    fileprivate var plain: String { self == rounded() ? String(Int(self)) : String(self) }
}
