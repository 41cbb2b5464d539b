import FleetModel

/// Which hooks were done. Those of targets are done, and known, where the target is brought along.
struct HookProgress: Sendable, Hashable {
    /// Those that ended, of the ones that stand before something only the good ones.
    var done: Set<HookID> = []
    /// What hooks are around and has begun, in order, so that what stands after it is done in any case.
    var begun: [HookPoint] = []

    mutating func begin(_ point: HookPoint) {
        if !begun.contains(point) { begun.append(point) }
    }
}

extension RolloutMachine {
    /// The hooks around something, apart from targets.
    func hooks(of point: HookPoint) -> HookSet? {
        switch point {
        case .rollout: plan.terms.hooks
        case .environment(let name): environment(named: name)?.rules.hooks
        case .wave(let name, let wave): environment(named: name)?.waves.first { $0.name == wave }?.hooks
        case .host(let name, let host): environment(named: name)?.rules.hostHooks?[host]
        case .target(let id): planned[id]?.hooks
        }
    }

    /// The next hook that stands before one of these and was not done.
    func hook(before points: [HookPoint]) -> HookID? {
        for point in points {
            let count = hooks(of: point)?.before.count ?? 0
            for id in (0..<count).map({ HookID(point: point, moment: .before, index: $0) })
            where !hooks.done.contains(id) { return id }
        }
        return nil
    }

    /// The next hook that stands after something that has begun, the innermost first.
    func hookAfter(where isMeant: (HookPoint) -> Bool = { _ in true }) -> HookID? {
        for point in hooks.begun.reversed() where isMeant(point) {
            let count = hooks(of: point)?.after.count ?? 0
            for id in (0..<count).map({ HookID(point: point, moment: .after, index: $0) })
            where !hooks.done.contains(id) { return id }
        }
        return nil
    }

    /// What hooks can be around when a wave begins, from the outside in.
    func hookPoints(of id: WaveID) -> [HookPoint] {
        guard let wave = plannedWave(id) else { return [] }
        let environment = plan.environments[id.environment]
        var hosts: [HookPoint] = []
        if let withHooks = environment.rules.hostHooks {
            var seen: Set<String> = []
            for target in wave.targets.lazy.filter(\.hasWork).map(\.target)
            where withHooks[target.hostName] != nil && seen.insert(target.hostName).inserted {
                hosts.append(.host(environment: environment.name, name: target.hostName))
            }
        }
        return [.rollout, .environment(name: environment.name)] + hosts
            + [.wave(environment: environment.name, name: wave.name)]
    }

    mutating func apply(_ id: HookID, _ report: HookReport) {
        if hookInFlight == id { hookInFlight = nil }
        if case .target = id.point { return }
        if report.failure == nil || id.moment == .after {
            hooks.done.insert(id)
        } else {
            pendingHalt = .hookFailed(environment: environmentName(of: id.point), hook: report.name)
        }
    }

    /// The environment whose policy holds when a hook fails.
    private func environmentName(of point: HookPoint) -> String {
        switch point {
        case .rollout, .target: plan.environments.first { $0.hasWork }?.name ?? ""
        case .environment(let name), .wave(let name, _), .host(let name, _): name
        }
    }
}

extension HookPoint {
    /// Whether it belongs to an environment.
    func isInside(_ environment: String) -> Bool {
        switch self {
        case .rollout, .target: false
        case .environment(let name), .wave(let name, _), .host(let name, _): name == environment
        }
    }
}
