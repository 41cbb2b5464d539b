import FleetModel

/// What a hook is told about the rollout that it belongs to.
struct HookContext: Sendable {
    let rollout: RolloutID
    let plan: Plan
    let id: HookID
    /// How it stands with the rollout: `running`, or what it ended with.
    let outcome: String
    /// The target, for a target's hooks.
    var target: PlannedTarget?

    /// Environment variables for a command; what does not apply is not there.
    var variables: [String: String] {
        var variables = [
            "PGFLEET_ROLLOUT": rollout.rawValue, "PGFLEET_FLEET": plan.fleet, "PGFLEET_GOAL": plan.goal.description,
            "PGFLEET_MOMENT": id.moment.rawValue, "PGFLEET_OUTCOME": outcome,
        ]
        switch id.point {
        case .rollout: break
        case .environment(let name): variables["PGFLEET_ENVIRONMENT"] = name
        case .wave(let environment, let name):
            variables["PGFLEET_ENVIRONMENT"] = environment
            variables["PGFLEET_WAVE"] = name
        case .host(let environment, let name):
            variables["PGFLEET_ENVIRONMENT"] = environment
            variables["PGFLEET_HOST"] = name
        case .target(let id): variables["PGFLEET_TARGET"] = id.rawValue
        }
        if let target {
            variables["PGFLEET_ENVIRONMENT"] = target.target.environment
            variables["PGFLEET_HOST"] = target.target.hostName
            variables["PGFLEET_DATABASE"] = target.target.database
            variables["PGFLEET_SCHEMA"] = target.target.schema
            variables["PGFLEET_FROM"] = target.route.from.map { String(describing: $0) } ?? "none"
            variables["PGFLEET_TO"] = target.route.to.map { String(describing: $0) } ?? "none"
        }
        return variables
    }

    /// The document for a webhook: the same under short names.
    var document: [String: String] {
        Dictionary(
            uniqueKeysWithValues: variables.map { ($0.key.dropFirst("PGFLEET_".count).lowercased(), $0.value) })
    }
}
