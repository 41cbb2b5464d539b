import ArgumentParser
import FleetModel
import Rollout
import Store

/// Let a rollout that goes on try a target once more that failed.
struct RolloutRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Let a rollout that goes on try a target once more that failed.",
        usage: "pgfleet rollout retry <target> [--rollout <rollout>] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout retry production/eu-1/shop_eu_2
              pgfleet rollout retry production/eu-1/shop_eu_2 --reason "disk is free again"

            Its failure does not count any more. It is tried when the others of its wave have ended. In a rollout that \
            has halted or ended, 'rollout resume' tries all that failed.
            """)

    @OptionGroup var options: FleetOptions

    @OptionGroup var asked: TargetRequestOptions

    func run() async throws {
        try await options.run { session in
            let request = try await RolloutRequest.open(asked.rollout, session)
            let id = try request.planned(asked.target)
            try request.requireHeld(
                "told to try \(id) again",
                otherwise: "All that failed is tried again by: pgfleet rollout resume \(request.record.id)")
            guard request.machine.targets[id]?.phase == .failed else {
                throw Failure(.usage, "\(id) has not failed")
            }
            try await request.send(.retry(target: id), reason: asked.reason, then: nil)
        }
    }
}
