import ArgumentParser
import FleetModel
import Migrations
import Rollout

/// Shows what a rollout would do.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a rollout would do, in its order. Changes nothing.")

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var goal: GoalOptions
    @OptionGroup var allow: AllowOptions

    func run() async throws {
        try await options.run { session in
            let planning = try await Planning.make(session, selection, goal, allow)
            await planning.executor.closeIdle()
            try planning.show(session.output)
        }
    }
}
