import FleetModel
import Migrations
import Rollout

/// A plan in JSON; the keys are described in docs/json.md.
struct PlanDocument: Encodable {
    struct Problem: Encodable {
        @OrNull var target: TargetID?
        let targets: Int
        let kind: TargetFailure.Kind
        @OrNull var hazard: Hazard?
        let message: String
        @OrNull var place: TargetFailure.Place?

        init(_ problem: PlanProblem) {
            target = problem.target
            targets = problem.targets
            kind = problem.failure.kind
            hazard = problem.hazard
            message = FailureText.headline(problem.failure)
            place = problem.failure.place
        }
    }

    struct Warning: Encodable {
        let kind: PlanWarning.Kind
        let version: Version
        let targets: Int
        let hazards: [Hazard]
        let message: String
        let place: TargetFailure.Place

        init(_ warning: PlanWarning) {
            kind = warning.kind
            version = warning.version
            targets = warning.targets
            hazards = warning.hazards
            message = warning.message
            place = warning.place
        }
    }

    struct Busy: Encodable {
        let target: TargetID
        let session: OtherSession
    }

    struct Contents: Encodable {
        let fleet, goal: String
        let environments: [PlannedEnvironment]
        @OrEmpty var allowed: [String]
        @OrEmpty var selection: [String]
        @OrEmpty var leftOut: [LeftOut]
        @OrNull var override: String?
    }

    struct LeftOut: Codable, Hashable {
        let target: TargetID
        let reason: String
    }

    @OrNull var saved: String?
    let plan: Contents
    let problems: [Problem]
    let warnings: [Warning]
    let atWork: [Busy]

    /// - Parameter name: under which it was saved.
    init(_ result: Planner.Result, savedAs name: String? = nil) {
        saved = name
        plan = Contents(
            fleet: result.plan.fleet, goal: result.plan.goal.description, environments: result.plan.environments,
            allowed: result.plan.terms.allowed, selection: result.plan.terms.selection,
            leftOut: result.plan.terms.leftOut.map { LeftOut(target: $0.target, reason: $0.reason.description) },
            override: result.plan.terms.override)
        problems = result.problems.map(Problem.init)
        warnings = result.warnings.map(Warning.init)
        atWork = result.busy.map { Busy(target: $0.target, session: $0.session) }
    }
}
