import FleetModel

/// Reads `hooks: {before: […], after: […]}`.
enum HookLoader {
    private static let longest = Duration.seconds(86_400)
    private static let sample = "a hook like {command: \"./notify.sh\"} or {sql: \"…\", on: TARGET}"

    /// - Parameter isOnTarget: whether SQL without `on` has a target that it belongs to.
    static func hooks(_ field: Field?, isOnTarget: Bool, _ directory: String) -> HookSet? {
        guard let field, let map = MapReader(field, "a map with before and after", keys: Set(HooksKey.names)) else {
            return nil
        }
        let set = HookSet(
            before: list(map[HooksKey.before], isOnTarget, directory),
            after: list(map[HooksKey.after], isOnTarget, directory))
        return set.before.isEmpty && set.after.isEmpty ? nil : set
    }

    private static func list(_ field: Field?, _ isOnTarget: Bool, _ directory: String) -> [Hook] {
        (field?.list("a list of hooks") ?? []).enumerated().compactMap {
            hook($1, number: $0 + 1, isOnTarget, directory)
        }
    }

    private static func hook(_ field: Field, number: Int, _ isOnTarget: Bool, _ directory: String) -> Hook? {
        guard let map = MapReader(field, sample, keys: Set(HookKey.names)) else { return nil }
        let kinds = [HookKey.sql, .command, .webhook].filter { map[$0] != nil }
        guard let kind = kinds.first, kinds.count == 1, let value = map[kind] else {
            field.error(.conflict, "expected \(sample): exactly one of `sql`, `command` and `webhook`")
            return nil
        }
        for (key, owner) in [(HookKey.on, HookKey.sql), (.headers, .webhook)] where owner != kind && map[key] != nil {
            map[key]?.error(.conflict, "`\(key.rawValue)` goes with `\(owner.rawValue)`")
        }
        let action: Hook.Action?
        switch kind {
        case .sql:
            let target = map[HookKey.on]?.text("a target's name").map(TargetID.init)
            action = value.text("SQL").map { .sql(text: $0, target: target) }
            if target == nil, !isOnTarget {
                field.error(.missing, "SQL that belongs to no single target says where it runs: `on: TARGET`")
            }
        case .webhook:
            action = WebLoader.address(value, directory).map {
                .webhook(address: $0, headers: WebLoader.headers(map[HookKey.headers], directory))
            }
        default:
            action = value.text("a command line").map { .command(line: $0) }
        }
        return action.map {
            Hook(
                name: map[HookKey.name]?.name() ?? "\(kind.rawValue)-\(number)", action: $0,
                timeoutSeconds: (map[HookKey.timeout]?.duration(.milliseconds(1)...longest) ?? .seconds(60)).seconds)
        }
    }
}
