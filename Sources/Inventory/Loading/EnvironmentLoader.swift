import FleetModel

/// Reads one environment.
struct EnvironmentLoader {
    let name: String
    let registry: TargetRegistry
    let inherited: Settings

    private static let keys = Set(EnvironmentKey.names).union(Settings.keys)

    func load(_ field: Field) -> EnvironmentOrder.Item? {
        guard let map = MapReader(field, "a map", keys: Self.keys) else { return nil }
        var settings = inherited
        settings.override(with: map)
        let labels = map[EnvironmentKey.labels]?.labels() ?? [:]

        var entries = EntryLoader(environment: name, registry: registry, inherited: settings, labels: labels)
        entries.load(hosts: map[EnvironmentKey.hosts], targets: map[EnvironmentKey.targets])
        if map[EnvironmentKey.hosts] == nil, map[EnvironmentKey.targets] == nil {
            field.error(.missing, "the environment has no targets; write `targets:` or `hosts:`")
        }
        let targets = entries.targets
        let carriers = targets.map(\.target.labels) + entries.discoveries.map(\.labels)
        let waves = map[EnvironmentKey.waves].flatMap { WaveLoader(labels: carriers).load($0) }
        let after = map[EnvironmentKey.after].map(after) ?? []
        let onFailure = map[EnvironmentKey.onFailure]?.choice(FailurePolicy.self) ?? .rollback
        let environment = Environment(
            name: name, after: after.map(\.name), approval: map[EnvironmentKey.approval].flatMap(approval),
            concurrency: map[EnvironmentKey.concurrency]?.integer(1...10_000) ?? 16,
            perHost: map[EnvironmentKey.perHost]?.integer(1...1000) ?? 2, waves: waves ?? WaveRule.standard,
            onFailure: onFailure,
            maxFailures: map[EnvironmentKey.maxFailures]?.integer(0...NumberedNames.limit)
                ?? (onFailure == .continue ? nil : 0),
            targets: targets, discoveries: entries.discoveries)
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

    private func approval(_ field: Field) -> Approval? {
        if case .scalar = field.node.content {
            guard let text = field.scalar("`required`, `none`, or a map with count and from") else { return nil }
            switch text {
            case "required": return Approval()
            case "none": return nil
            default:
                field.error(
                    .invalid,
                    "expected `required`, `none`, or a map with count and from, found \(Printable.value(text))")
                return nil
            }
        }
        let expected = "`required`, `none`, or a map with count and from"
        guard let map = MapReader(field, expected, keys: Set(ApprovalKey.names)) else { return nil }
        let count = map[ApprovalKey.count]?.integer(1...100) ?? 1
        let from = map[ApprovalKey.from]?.listOrOne("a name or a list of names")?.compactMap { $0.text("a name") } ?? []
        return Approval(count: count, from: from)
    }
}
