import ArgumentParser
import FleetModel
import Rollout
import Store

/// Starts a rollout.
struct RolloutStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Take targets to a version: environment by environment, canary first.",
        discussion: """
            Looks at every target first; one that is dirty, cannot be reached, or is on a version that the files do not
            have stops the rollout before anything is changed. Ctrl-C once: nothing new starts, what runs finishes.
            Twice: what runs is cancelled on its server.
            """)

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var goal: GoalOptions
    @OptionGroup var consent: ConsentOptions

    @Flag(help: "Show what would be done and change nothing.")
    var dryRun = false

    func run() async throws {
        try await options.run { session in
            let planning = try await Planning.make(session, selection, goal)
            if dryRun {
                await planning.executor.closeIdle()
                try planning.show(session.output)
                return try planning.refuseProblems(session.output)
            }
            let paint = session.output.messages.paint
            if !planning.result.problems.isEmpty {
                for line in PlanText.problems(planning.result.problems, paint: paint) { session.output.tell(line) }
                try planning.refuseProblems(session.output)
            }
            let plan = planning.result.plan
            guard plan.hasWork else { return try tellNothingToDo(plan, session.output) }
            try await ask(plan, session.output)
            let store = try await session.store()
            let id = try await store.create(plan, by: session.me)
            try await RolloutRun(session: session, store: store, executor: planning.executor, consent: consent.given)
                .run(id, plan: plan, intent: .start)
        }
    }

    private func tellNothingToDo(_ plan: Plan, _ output: Output) throws {
        let machine = RolloutMachine(plan: plan)
        try output.write(RolloutDocument(id: nil, status: .succeeded, machine: machine)) {
            PlanText(plan: plan).lines(paint: output.data.paint).suffix(1)
        }
    }

    private func ask(_ plan: Plan, _ output: Output) async throws {
        guard !consent.yes else { return }
        for line in PlanText(plan: plan).lines(paint: output.messages.paint) { output.tell(line) }
        let name = plan.environments.last { $0.hasWork }?.name ?? plan.fleet
        try await Question.typed(name, to: "start this rollout", flag: "--yes", output: output)
    }
}
