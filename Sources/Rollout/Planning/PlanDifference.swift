public import FleetModel
import Inventory

/// How targets differ from what a plan was made for.
public enum PlanDifference {
    /// What stands against carrying the plan out as it is: targets that are gone, dirty, on another version than then, or
    /// that cannot be looked at.
    public static func problems(of plan: Plan, in survey: Survey) -> [PlanProblem] {
        let found = Dictionary(survey.entries.map { ($0.target.target.id, $0) }) { first, _ in first }
        return plan.targets.compactMap { planned in
            let id = planned.target.id
            guard let entry = found[id] else {
                return PlanProblem(
                    target: id,
                    failure: TargetFailure(
                        kind: .configuration, message: "it is not in the inventory any more",
                        remedy: "Put it back, or plan again."))
            }
            return failure(of: planned, entry).map { PlanProblem(target: id, failure: $0) }
        }
    }

    private static func failure(of planned: PlannedTarget, _ entry: Survey.Entry) -> TargetFailure? {
        switch entry.found {
        case .failure(let failure): return failure
        case .success(let state):
            if state.isDirty { return .dirty(state, on: planned.target.id) }
            if state.version != planned.route.from {
                let then = planned.route.from.map { String(describing: $0) } ?? "none"
                return TargetFailure(
                    kind: .moved, message: "it is on version \(state), and was on \(then) when the plan was made",
                    remedy: "Look at what happened there, then plan again.")
            }
            return planned.hasWork ? entry.obstacle : nil
        }
    }
}
