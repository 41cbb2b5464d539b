import FleetModel
import Inventory
import Migrations
import Rollout
import Store

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
            leavesOutUnreachable: allow.allows(.unreachable), allowed: allow.names.map(\.text),
            selection: selection.words)
        let survey = await executor.survey(searchesHistory: true)
        let result = try await promoted(try planner.plan(survey), session, override: goal.override)
        for environment in session.fleet.environments where result.plan.hasWork(in: environment.name) {
            let missing = environment.after.filter { name in !result.plan.environments.contains { $0.name == name } }
            guard !missing.isEmpty else { continue }
            session.output.tell(
                session.output.messages.paint("note:", .warning)
                    + " \(environment.name) comes after \(missing.joined(separator: ", ")), which is not selected and so "
                    + "not waited for")
        }
        return Planning(targets: targets, library: library, executor: executor, result: result)
    }

    /// Asks the store what the environments before have passed, where the inventory demands that.
    private static func promoted(
        _ result: Planner.Result, _ session: FleetSession, override: String?
    ) async throws -> Planner.Result {
        let check = PromotionCheck(session.fleet, result.plan)
        var passed: [String: [PassedStep: Int64]] = [:]
        let wanted = check.wanted
        if !wanted.isEmpty, let store = try await session.storeIfPresent() {
            for (environment, steps) in wanted {
                passed[environment] = try await store.passed(steps, in: environment, of: session.fleet.name)
            }
        }
        let checked = check.checked(passed, override: override)
        return Planner.Result(
            plan: checked.plan, problems: result.problems + checked.problems, warnings: result.warnings,
            busy: result.busy)
    }

    /// Writes the plan, and what stands against it, as data.
    ///
    /// - Throws: when anything stands against it.
    ///
    /// - Parameter name: under which it was saved; nil where it was not.
    func show(_ output: Output, savedAs name: String? = nil) throws {
        try output.write(PlanDocument(result, savedAs: name)) {
            PlanText(plan: result.plan).lines(paint: output.data.paint, isWhole: result.problems.isEmpty)
                + PlanText.warnings(result.warnings, paint: output.data.paint)
                + PlanText.busy(result.busy, paint: output.data.paint)
                + PlanText.problems(result.problems, paint: output.data.paint)
                + (name.map { ["", "Saved as \($0). Carry it out with:", "  pgfleet rollout start --plan \($0)"] } ?? [])
        }
        if !result.problems.isEmpty { throw refusal }
    }

    /// Tells what stands against a rollout, and ends it before it begins.
    func refuse(_ output: Output, _ follow: FollowOptions) throws {
        if follow.lines(output) != nil {
            try output.writeLine(LastLine(event: "refused", document: PlanDocument(result)))
        } else if output.format == .json {
            try output.writeJSON(PlanDocument(result))
        }
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

extension Plan {
    /// Whether an environment has targets to change.
    fileprivate func hasWork(in name: String) -> Bool { environments.contains { $0.name == name && $0.hasWork } }
}
