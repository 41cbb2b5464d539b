import FleetModel

extension Plan {
    /// A hook by its place; nil where there is none.
    func hook(_ id: HookID) -> Hook? {
        let environment = { (name: String) in environments.first { $0.name == name } }
        let set: HookSet? =
            switch id.point {
            case .rollout: terms.hooks
            case .environment(let name): environment(name)?.rules.hooks
            case .wave(let name, let wave): environment(name)?.waves.first { $0.name == wave }?.hooks
            case .host(let name, let host): environment(name)?.rules.hostHooks?[host]
            case .target(let target): targets.first { $0.target.id == target }?.hooks
            }
        guard let hooks = set?[id.moment], hooks.indices.contains(id.index) else { return nil }
        return hooks[id.index]
    }

    /// `hook NAME before PLACE`.
    func hookText(_ id: HookID) -> String {
        "hook \((hook(id)?.name ?? "?").harmless) \(id.moment.rawValue) \(id.point.description.harmless)"
    }
}
