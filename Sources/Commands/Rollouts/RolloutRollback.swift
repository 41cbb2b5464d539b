import ArgumentParser
import FleetModel
import Rollout
import Store

/// Brings back everything that a rollout changed.
struct RolloutRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Bring every target that a rollout changed back to the version it had.",
        discussion: """
            Newest change first, under the limits of each environment. Targets that someone else has moved since are \
            left alone and named.
            """)

    @OptionGroup var options: FleetOptions

    @Flag(name: [.long, .customShort("y")], help: "Start without a question.")
    var yes = false

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    func run() async throws {
        try await options.run { session in
            let (run, record) = try await RolloutLookup.takeUp(rollout, session, consent: .full) { machine in
                if machine.course == .ended(.rolledBack) {
                    throw Failure(.usage, "this rollout was rolled back already")
                }
            }
            if !yes {
                try await Question.typed(
                    record.plan.fleet, to: "roll \(record.id) back", flag: "--yes", output: session.output)
            }
            try await run.run(record.id, plan: record.plan, intent: .rollback)
        }
    }
}
