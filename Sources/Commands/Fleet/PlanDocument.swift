import FleetModel
import Rollout

/// A plan in JSON; the keys are described in docs/json.md.
struct PlanDocument: Encodable {
    struct Problem: Encodable {
        let target: TargetID
        let kind: TargetFailure.Kind
        let message: String
    }

    struct Contents: Encodable {
        let fleet, goal: String
        let environments: [PlannedEnvironment]
    }

    let plan: Contents
    let problems: [Problem]

    init(_ result: Planner.Result) {
        plan = Contents(
            fleet: result.plan.fleet, goal: result.plan.goal.description, environments: result.plan.environments)
        problems = result.problems.map {
            Problem(target: $0.target, kind: $0.failure.kind, message: FailureText.headline($0.failure))
        }
    }
}
