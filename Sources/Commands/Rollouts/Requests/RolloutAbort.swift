import ArgumentParser
import FleetModel
import Rollout
import Store

/// End a rollout: nothing new starts, and what it changed stays or goes back.
struct RolloutAbort: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort", abstract: "End a rollout: nothing new starts, and what it changed stays or goes back.",
        usage: "pgfleet rollout abort [<rollout>] [--rollback] [--cancel] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout abort                      what it changed stays
              pgfleet rollout abort --rollback           what it changed goes back
              pgfleet rollout abort --rollback --cancel --reason "wrong version"

            Works on a rollout that another process works on as well as on one that was left. What is in flight \
            finishes, or is cancelled on its server with --cancel.
            """)

    @OptionGroup var options: FleetOptions

    @Flag(help: "Bring every target that it changed back to the version it had.")
    var rollback = false

    @Flag(help: "Cancel what runs, too.")
    var cancel = false

    @OptionGroup var asked: RequestOptions

    func run() async throws {
        try await options.run { session in
            let request = try await RolloutRequest.open(asked.rollout, session)
            let machine = request.machine
            switch machine.course {
            case .idle, .forward: break
            case .halted, .rollback:
                throw Failure(.usage, "rollout \(request.record.id) has halted already; see: pgfleet rollout show")
            case .ended:
                throw Failure(.usage, "rollout \(request.record.id) is over; to take it back: pgfleet rollout rollback")
            }
            if request.record.holder == nil {
                try await request.keep(.abort(takesBack: rollback, cancels: cancel), reason: asked.reason)
                let reason = HaltReason.aborted(by: session.me, takesBack: rollback, cancels: cancel)
                try await RolloutLookup.end(request, because: reason)
            } else {
                try await request.send(
                    .abort(takesBack: rollback, cancels: cancel), reason: asked.reason,
                    then: "pgfleet rollout watch \(request.record.id)")
            }
        }
    }
}
