import ArgumentParser
import FleetModel
import Rollout
import Store

/// Say no to what a rollout waits for: it ends, and what it changed stays or goes back.
struct RolloutReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Say no to what a rollout waits for: it ends, and what it changed stays or goes back.",
        usage: "pgfleet rollout reject [<rollout>] [--rollback] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout reject --reason "not this week"
              pgfleet rollout reject 20261126-1819 --rollback

            Works on a rollout that another process works on as well as on one that was left.
            """)

    @OptionGroup var options: FleetOptions

    @Flag(help: "Bring every target that it changed back to the version it had.")
    var rollback = false

    @OptionGroup var scope: ScopeOptions

    @OptionGroup var asked: RequestOptions

    func run() async throws {
        try await options.run { session in
            let request = try await RolloutRequest.open(asked.rollout, session)
            let what = try ApprovalCheck(request).scope(scope.text, isApproval: false)
            if request.record.holder == nil {
                try await request.keep(.reject(scope: what, takesBack: rollback), reason: asked.reason)
                let reason = HaltReason.rejected(scope: what, by: session.me, takesBack: rollback)
                try await RolloutLookup.end(request, because: reason)
            } else {
                try await request.send(
                    .reject(scope: what, takesBack: rollback), reason: asked.reason,
                    then: "pgfleet rollout watch \(request.record.id)")
            }
        }
    }
}
