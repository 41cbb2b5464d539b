import FleetModel

/// Reads one environment.
struct EnvironmentLoader {
    let name: String
    let registry: TargetRegistry
    let inherited: Settings
    let today: CalendarDay

    private static let keys = Set(EnvironmentKey.names).union(Settings.keys)

    func load(_ field: Field) -> EnvironmentOrder.Item? {
        guard let map = MapReader(field, "a map", keys: Self.keys) else { return nil }
        var settings = inherited
        settings.override(with: map)
        let labels = map[EnvironmentKey.labels]?.labels() ?? [:]

        var entries = EntryLoader(
            environment: name, registry: registry, inherited: settings, labels: labels, today: today,
            targetHooks: HookLoader.hooks(map[EnvironmentKey.targetHooks], isOnTarget: true, inherited.directory))
        entries.load(hosts: map[EnvironmentKey.hosts], targets: map[EnvironmentKey.targets])
        if map[EnvironmentKey.hosts] == nil, map[EnvironmentKey.targets] == nil {
            field.error(.missing, "the environment has no targets; write `targets:` or `hosts:`")
        }
        let targets = entries.targets
        let carriers = targets.map(\.target.labels) + entries.discoveries.map(\.labels)
        let waves = map[EnvironmentKey.waves].flatMap {
            WaveLoader(labels: carriers, directory: inherited.directory).load($0)
        }
        let after = map[EnvironmentKey.after].map(after) ?? []
        var policy = PolicyLoader.policy(map, after: after.map(\.name), inherited.directory)
        policy.hostHooks = entries.hostHooks(
            HookLoader.hooks(map[EnvironmentKey.hostHooks], isOnTarget: false, inherited.directory))
        let environment = Environment(
            name: name, after: after.map(\.name),
            concurrency: map[EnvironmentKey.concurrency]?.integer(1...10_000) ?? 16,
            perHost: map[EnvironmentKey.perHost]?.integer(1...1000) ?? 2, waves: waves ?? WaveRule.standard,
            policy: policy, targets: targets, discoveries: entries.discoveries, leftOut: entries.leftOut)
        return EnvironmentOrder.Item(environment: environment, field: field, after: after)
    }

    private func after(_ field: Field) -> [EnvironmentOrder.Reference] {
        var names: [EnvironmentOrder.Reference] = []
        for item in field.listOrOne("the name of an environment, or a list of names") ?? [] {
            guard let name = item.name() else { continue }
            if names.contains(where: { $0.name == name }) {
                item.error(.duplicate, "`\(name)` is there twice")
            } else {
                names.append(EnvironmentOrder.Reference(name: name, field: item))
            }
        }
        return names
    }
}
