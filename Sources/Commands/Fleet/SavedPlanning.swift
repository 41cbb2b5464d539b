import FleetModel
import Inventory
import Migrations
import Rollout
import Store

/// A saved plan, held against what is there now.
enum SavedPlanning {
    /// Looks at the plan's targets and files. What has changed since it was saved stands against it.
    static func make(_ name: String, _ session: FleetSession) async throws -> Planning {
        guard let store = try await session.storeIfPresent() else {
            throw Failure(.usage, "there is no saved plan yet. Save one with: pgfleet plan --save")
        }
        let saved = try await store.savedPlan(named: name)
        guard saved.plan.fleet == session.fleet.name else {
            throw Failure(.usage, "plan \(saved.id) is for the fleet \(saved.plan.fleet), not \(session.fleet.name)")
        }
        let targets = session.fleet.targets(planned: saved.plan.targets.map(\.target))
        let library = try session.library(for: targets)
        if let changed = try PlannedFiles(library: library).firstChange(
            in: RolloutMachine(plan: saved.plan), of: targets)
        {
            throw Failure(
                .usage,
                "\(changed) since plan \(saved.id) was saved, so nothing was begun. Plan again: pgfleet plan --save")
        }
        let executor = session.executor(for: targets, library: library, retry: "pgfleet rollout")
        let survey = await executor.survey()
        session.output.tell(
            "Plan \(saved.id), saved by \(saved.createdBy)"
                + ((try? await DiscoveredChanges.find(session, saved.plan))?.notes.map { "\n" + $0 }.joined() ?? ""))
        return Planning(
            targets: targets, library: library, executor: executor,
            result: Planner.Result(
                plan: saved.plan, problems: PlanDifference.problems(of: saved.plan, in: survey), warnings: [],
                busy: survey.busy))
    }
}
