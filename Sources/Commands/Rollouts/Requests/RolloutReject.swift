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

    @Option(
        name: .customLong("scope"),
        help: ArgumentHelp(
            "What is rejected: an environment, or environment/wave for what comes after a wave. By default what waits.",
            valueName: "scope"))
    var scopeText: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Why; it is recorded.", valueName: "text"))
    var reason: String?

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    func run() async throws {
        try await options.run { session in
            let request = try await RolloutRequest.open(rollout, session)
            let scope = try ApprovalCheck(request).scope(scopeText, isApproval: false)
            if request.record.holder == nil {
                let reason = HaltReason.rejected(scope: scope, by: session.me, takesBack: rollback)
                try await RolloutLookup.end(request, because: reason)
            } else {
                try await request.send(
                    .reject(scope: scope, takesBack: rollback), reason: reason,
                    then: "pgfleet rollout watch \(request.record.id)")
            }
        }
    }
}
