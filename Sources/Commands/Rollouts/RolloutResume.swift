import ArgumentParser
import FleetModel
import Rollout
import Store

/// Goes on with a rollout that stopped before its end.
struct RolloutResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a rollout that was paused, interrupted, halted, or waits for an approval.",
        usage: "pgfleet rollout resume [<rollout>] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout resume                        the last rollout
              pgfleet rollout resume 20261126-1819 --wait   others approve meanwhile

            What was in flight when it stopped is looked up in the databases, never assumed. Targets that failed are \
            tried again. A rollback that was cut short is completed.
            """)

    @OptionGroup var options: FleetOptions
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var allow: AllowOptions
    @OptionGroup var follow: FollowOptions

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    func run() async throws {
        try await options.run { session in
            let request = try await RolloutRequest.open(rollout, session)
            if request.record.holder != nil, request.machine.isPaused {
                return try await request.send(.resume, reason: nil, then: "pgfleet rollout watch \(request.record.id)")
            }
            var (run, record) = try await RolloutLookup.takeUp(
                request.record.id.rawValue, session, consent: consent, allowing: allow
            ) { machine in
                switch machine.course {
                case .ended(.succeeded): throw Failure(.usage, "this rollout has succeeded; nothing is left to do")
                case .ended(.rolledBack):
                    throw Failure(.usage, "this rollout was rolled back; start a new one with: pgfleet rollout")
                case .idle, .forward, .halted, .rollback, .ended(.failed), .ended(.rollbackIncomplete): break
                }
            }
            run.lines = follow.lines(session.output)
            try await run.preflight(record.machine())
            try await run.run(record.id, plan: record.plan, after: record.journal, intent: .resume)
        }
    }
}
