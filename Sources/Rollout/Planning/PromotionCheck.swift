public import FleetModel
public import Inventory

/// Holds a plan against what the inventory demands of versions before they come to an environment: that the
/// environments before it have passed them, as their files are now. Asks nobody.
public struct PromotionCheck: Sendable {
    private let fleet: Fleet
    private let plan: Plan

    /// - Parameter plan: of that fleet.
    public init(_ fleet: Fleet, _ plan: Plan) {
        self.fleet = fleet
        self.plan = plan
    }

    /// The files that have to have been passed, by the environment that has to have passed them; those that it brings in
    /// the same rollout are not among them.
    public var wanted: [String: Set<PassedStep>] {
        var wanted: [String: Set<PassedStep>] = [:]
        for (environment, _, before) in demanding {
            for name in before {
                wanted[name, default: []].formUnion(environment.upSteps.subtracting(steps(of: name)))
            }
        }
        return wanted.filter { !$0.value.isEmpty }
    }

    /// The plan with what is still to be waited for, and what stands against it.
    ///
    /// - Parameters:
    ///   - passed: when which of `wanted` was passed, in milliseconds since 1970.
    ///   - override: the operator's reason to go on in spite of what is missing; it is kept in the plan.
    public func checked(
        _ passed: [String: [PassedStep: Int64]], override: String? = nil
    ) -> (plan: Plan, problems: [PlanProblem]) {
        var rules: [String: Promotion] = [:]
        var problems: [PlanProblem] = []
        for (environment, bake, before) in demanding where !environment.upSteps.isEmpty {
            var (awaited, last): ([String], Int64?) = ([], nil)
            for name in before {
                let here = steps(of: name)
                if !environment.upSteps.isDisjoint(with: here) { awaited.append(name) }
                for step in environment.upSteps.subtracting(here).sorted(by: { $0.version < $1.version }) {
                    if let time = passed[name]?[step] {
                        last = max(last ?? time, time)
                    } else if override == nil {
                        problems.append(
                            PlanProblem(environment: environment, failure: .notPassed(step, name, environment.name)))
                    }
                }
            }
            guard override == nil, !awaited.isEmpty || last != nil else { continue }
            rules[environment.name] = Promotion(
                awaited: awaited, bakeSeconds: bake.seconds, passedMilliseconds: last)
        }
        var terms = plan.terms
        terms.override = override
        let environments = plan.environments.map { environment in
            var changed = environment.rules
            changed.promotion = rules[environment.name]
            return PlannedEnvironment(name: environment.name, rules: changed, waves: environment.waves)
        }
        return (Plan(fleet: plan.fleet, goal: plan.goal, environments: environments, terms: terms), problems)
    }

    /// The environments of the plan that demand something, for how long, and of which environments.
    private var demanding: [(PlannedEnvironment, Duration, [String])] {
        plan.environments.compactMap { planned in
            guard planned.hasWork, let environment = fleet.environments.first(where: { $0.name == planned.name }),
                let bake = environment.policy.promotionBake
            else { return nil }
            return (planned, bake, environment.after)
        }
    }

    private func steps(of name: String) -> Set<PassedStep> {
        plan.environments.first { $0.name == name }?.upSteps ?? []
    }
}

extension PlannedEnvironment {
    /// The files that its targets go through on the way up.
    var upSteps: Set<PassedStep> {
        var steps: Set<PassedStep> = []
        for step in waves.lazy.flatMap(\.targets).flatMap(\.route.steps) where step.direction == .up {
            steps.insert(PassedStep(version: step.version, checksum: step.checksum))
        }
        return steps
    }
}

extension TargetFailure {
    fileprivate static func notPassed(_ step: PassedStep, _ before: String, _ environment: String) -> TargetFailure {
        TargetFailure(
            kind: .notPromoted,
            message: "version \(step.version), as its file is now, has not passed \(before) in a recorded rollout, "
                + "which \(environment) demands",
            remedy: "Roll it out in \(before) first; or say why not: --override REASON (it is recorded).")
    }
}
