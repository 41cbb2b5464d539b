import ArgumentParser
import FleetModel
import Rollout
import Store

/// Let a rollout go on without a target that has not started or that failed.
struct RolloutSkip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip", abstract: "Let a rollout go on without a target that has not started or that failed.",
        usage: "pgfleet rollout skip <target> [--rollout <rollout>] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout skip production/eu-1/shop_eu_2
              pgfleet rollout skip production/eu-1/shop_eu_2 --reason "moves tomorrow"

            A target that failed does not count as a failure any more. One that is at work cannot be skipped.
            """)

    @OptionGroup var options: FleetOptions

    @OptionGroup var asked: TargetRequestOptions

    func run() async throws {
        try await options.run { session in
            let request = try await RolloutRequest.open(asked.rollout, session)
            let id = try request.planned(asked.target)
            switch request.machine.targets[id]?.phase {
            case .pending, .failed, .deferred, .retrying: break
            case let phase:
                throw Failure(.usage, "\(id) is \(phase.map { $0.words } ?? "not planned"), so it cannot be skipped")
            }
            try await request.send(
                .skip(target: id), reason: asked.reason,
                then: request.record.holder == nil ? "pgfleet rollout resume \(request.record.id)" : nil)
        }
    }
}
