import FleetModel

/// Reads `hooks: {before: […], after: […]}`.
enum HookLoader {
    private static let longest = Duration.seconds(86_400)
    private static let sample = "a hook like {command: \"./notify.sh\"} or {sql: \"…\", on: TARGET}"

    /// - Parameter isOnTarget: whether SQL without `on` has a target that it belongs to.
    static func hooks(_ field: Field?, isOnTarget: Bool) -> HookSet? {
        guard let field, let map = MapReader(field, "a map with before and after", keys: Set(HooksKey.names)) else {
            return nil
        }
        let set = HookSet(
            before: list(map[HooksKey.before], isOnTarget), after: list(map[HooksKey.after], isOnTarget))
        return set.before.isEmpty && set.after.isEmpty ? nil : set
    }

    private static func list(_ field: Field?, _ isOnTarget: Bool) -> [Hook] {
        (field?.list("a list of hooks") ?? []).enumerated().compactMap { hook($1, number: $0 + 1, isOnTarget) }
    }

    private static func hook(_ field: Field, number: Int, _ isOnTarget: Bool) -> Hook? {
        guard let map = MapReader(field, sample, keys: Set(HookKey.names)) else { return nil }
        let kinds = [HookKey.sql, .command].filter { map[$0] != nil }
        guard let kind = kinds.first, kinds.count == 1 else {
            field.error(.conflict, "expected \(sample): exactly one of `sql` and `command`")
            return nil
        }
        let target = map[HookKey.on]?.text("a target's name").map(TargetID.init)
        let action: Hook.Action?
        switch kind {
        case .sql:
            action = map[HookKey.sql]?.text("SQL").map { .sql(text: $0, target: target) }
            if target == nil, !isOnTarget {
                field.error(.missing, "SQL that belongs to no single target says where it runs: `on: TARGET`")
            }
        case .command, .name, .on, .timeout:
            action = map[HookKey.command]?.text("a command line").map { .command(line: $0) }
        }
        return action.map {
            Hook(
                name: map[HookKey.name]?.name() ?? "\(kind.rawValue)-\(number)", action: $0,
                timeoutSeconds: (map[HookKey.timeout]?.duration(.milliseconds(1)...longest) ?? .seconds(60)).seconds)
        }
    }
}
