import ArgumentParser
import FleetModel
import Migrations
import Rollout
import Store

/// Shows what a rollout would do.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a rollout would do, in its order. Changes nothing.")

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var goal: GoalOptions
    @OptionGroup var allow: AllowOptions

    @Flag(help: "Keep the plan under a name, to be carried out as it is: pgfleet rollout start --plan NAME.")
    var save = false

    func run() async throws {
        try await options.run { session in
            let planning = try await Planning.make(session, selection, goal, allow)
            await planning.executor.closeIdle()
            guard save, planning.result.problems.isEmpty, planning.result.plan.hasWork else {
                return try planning.show(session.output)
            }
            let name = try await session.store().save(planning.result.plan, by: session.me)
            try planning.show(session.output, savedAs: name)
        }
    }
}
