import FleetModel

/// A plan as the store keeps it: each route once, however many targets take it, so that a plan for ten thousand targets
/// is a matter of their names.
struct StoredPlan: Codable {
    private struct StoredEnvironment: Codable {
        let name: String
        let rules: EnvironmentRules
        let waves: [StoredWave]
    }

    private struct StoredWave: Codable {
        let name: String
        let gate: PlannedGate
        let maxFailures: Int?
        let hooks: HookSet?
        let targets: [StoredTarget]
    }

    private struct StoredTarget: Codable {
        let target: Target
        let route: Int
        let back: Int
        let hooks: HookSet?
    }

    private let fleet: String
    private let goal: Goal
    private let terms: PlanTerms
    private let routes: [Route]
    private let environments: [StoredEnvironment]

    init(_ plan: Plan) {
        var (routes, places): ([Route], [Route: Int]) = ([], [:])
        func place(of route: Route) -> Int {
            if let place = places[route] { return place }
            places[route] = routes.count
            routes.append(route)
            return routes.count - 1
        }
        environments = plan.environments.map { environment in
            StoredEnvironment(
                name: environment.name, rules: environment.rules,
                waves: environment.waves.map { wave in
                    StoredWave(
                        name: wave.name, gate: wave.gate, maxFailures: wave.maxFailures, hooks: wave.hooks,
                        targets: wave.targets.map { planned in
                            StoredTarget(
                                target: planned.target, route: place(of: planned.route), back: place(of: planned.back),
                                hooks: planned.hooks)
                        })
                })
        }
        fleet = plan.fleet
        goal = plan.goal
        terms = plan.terms
        self.routes = routes
    }

    /// The plan again.
    ///
    /// - Throws: when a target names a route that is not there.
    func plan() throws -> Plan {
        func route(_ place: Int) throws -> Route {
            guard routes.indices.contains(place) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: [], debugDescription: "the plan has no route \(place)"))
            }
            return routes[place]
        }
        return Plan(
            fleet: fleet, goal: goal,
            environments: try environments.map { environment in
                PlannedEnvironment(
                    name: environment.name, rules: environment.rules,
                    waves: try environment.waves.map { wave in
                        PlannedWave(
                            name: wave.name, gate: wave.gate, maxFailures: wave.maxFailures, hooks: wave.hooks,
                            targets: try wave.targets.map { stored in
                                PlannedTarget(
                                    target: stored.target, route: try route(stored.route),
                                    back: try route(stored.back), hooks: stored.hooks)
                            })
                    })
            }, terms: terms)
    }
}

extension JournalCoding {
    static func text(_ plan: Plan) throws -> String { try text(StoredPlan(plan)) }

    static func plan(_ text: String) throws -> Plan {
        let stored: StoredPlan = try value(text)
        return try stored.plan()
    }
}
