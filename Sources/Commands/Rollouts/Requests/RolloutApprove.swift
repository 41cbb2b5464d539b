import ArgumentParser
import FleetModel
import Rollout
import Store

/// Approve what a rollout waits for.
struct RolloutApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve what a rollout waits for.",
        usage: "pgfleet rollout approve [<rollout>] [--scope <scope>] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout approve                       what the last rollout waits for
              pgfleet rollout approve 20261126-1819 --reason "canary looks good"
              pgfleet rollout approve --scope production    beforehand

            Who asks is not who approves, unless the inventory says 'allow_requester: true'. The person is the account \
            that runs the command, or PGFLEET_OPERATOR. A rollout that nobody works on goes on with 'rollout resume'.
            """)

    @OptionGroup var options: FleetOptions

    @OptionGroup var scope: ScopeOptions

    @OptionGroup var asked: RequestOptions

    func run() async throws {
        try await options.run { session in
            let request = try await RolloutRequest.open(asked.rollout, session)
            let what = try ApprovalCheck(request).scope(scope.text, isApproval: true)
            let isHeld = request.record.holder != nil
            try await request.send(
                .approve(scope: what), reason: asked.reason,
                then: isHeld ? nil : "pgfleet rollout resume \(request.record.id)")
        }
    }
}
