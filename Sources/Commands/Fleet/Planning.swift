import FleetModel
import Inventory
import Migrations
import Rollout

/// A plan that was just made, with what it takes to carry it out.
struct Planning {
    let targets: [FleetTarget]
    let library: MigrationLibrary
    let executor: TargetExecutor
    let result: Planner.Result

    /// Looks at the selected targets and plans for them.
    static func make(
        _ session: FleetSession, _ selection: SelectorOptions, _ goal: GoalOptions, _ allow: AllowOptions
    ) async throws -> Planning {
        let targets = try await session.select(selection.selector())
        let library = try session.library(for: targets, allowing: allow)
        let executor = session.executor(
            for: targets, library: library, retry: "pgfleet rollout")
        let planner = Planner(
            fleet: session.fleet, library: library, goal: goal.version.goal, allowsDown: goal.allowDown,
            allowsMissingDowns: allow.allows(.missingDown), allowsOutOfOrder: allow.allows(.outOfOrder),
            allowed: allow.names.map(\.text))
        let survey = await executor.survey(searchesHistory: true)
        return Planning(targets: targets, library: library, executor: executor, result: try planner.plan(survey))
    }

    /// Writes the plan, and what stands against it, as data.
    ///
    /// - Throws: when anything stands against it.
    func show(_ output: Output) throws {
        try output.write(PlanDocument(result)) {
            PlanText(plan: result.plan).lines(paint: output.data.paint)
                + PlanText.warnings(result.warnings, paint: output.data.paint)
                + PlanText.problems(result.problems, paint: output.data.paint)
        }
        if !result.problems.isEmpty { throw refusal }
    }

    /// Tells what stands against a rollout, and ends it before it begins.
    func refuse(_ output: Output) throws {
        if output.format == .json { try output.writeJSON(PlanDocument(result)) }
        for line in PlanText.problems(result.problems, paint: output.messages.paint) { output.tell(line) }
        throw refusal
    }

    private var refusal: Failure {
        let targets = result.problems.count { $0.target != nil }
        let hazards = result.problems.count { $0.hazard != nil }
        let rules = result.problems.count - targets - hazards
        let parts = [
            targets == 0 ? nil : targets.of("target"), rules == 0 ? nil : rules.of("rule"),
            hazards == 0 ? nil : hazards.of("hazard"),
        ]
        return Failure(
            .refused(by: result.problems.map(\.failure.kind)),
            "nothing was changed: \(parts.compactMap { $0 }.joined(separator: " and ")) "
                + "\(result.problems.count == 1 ? "stands" : "stand") against this rollout" + flags)
    }

    /// The flags that let the hazards pass, where nothing else is in the way.
    private var flags: String {
        let hazards = result.problems.map(\.hazard)
        guard !hazards.contains(nil) else { return "" }
        let names = Set(hazards.compactMap { $0?.rawValue }).sorted().map { "--allow \($0)" }
        return ". If \(hazards.count == 1 ? "it is" : "they are") meant: " + names.joined(separator: " ")
    }
}
