import ArgumentParser
import FleetModel
import Rollout
import Store

/// Let nothing new start in a rollout that another process works on.
struct RolloutPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let nothing new start in a rollout that another process works on.",
        usage: "pgfleet rollout pause [<rollout>] [--reason <text>] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout pause
              pgfleet rollout pause --reason "errors in the shop, looking"

            What is in flight finishes, gates go on. 'rollout resume' lets it go on.
            """)

    @OptionGroup var options: FleetOptions

    @OptionGroup var asked: RequestOptions

    func run() async throws {
        try await options.run { session in
            let request = try await RolloutRequest.open(asked.rollout, session)
            try request.requireHeld("paused", otherwise: "It begins nothing by itself.")
            try await request.send(.pause, reason: asked.reason, then: "pgfleet rollout resume \(request.record.id)")
        }
    }
}
