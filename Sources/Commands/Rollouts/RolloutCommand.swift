import ArgumentParser

/// The group of commands about rollouts.
struct RolloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout", abstract: "Take the fleet to a version, and look after rollouts.",
        discussion: """
            EXAMPLES
              pgfleet rollout                 everything to the newest version
              pgfleet rollout --dry-run       show the plan only
              pgfleet rollout --to 12 --env staging --yes
              pgfleet rollout list
              pgfleet rollout show            tell what happened
              pgfleet rollout watch           look on from another terminal
              pgfleet rollout pause           let nothing new start; resume goes on
              pgfleet rollout approve         say yes to what it waits for
              pgfleet rollout resume          finish what was interrupted
              pgfleet rollout rollback        bring back all that it changed
              pgfleet rollout report --html   a page for the change ticket
            """,
        subcommands: [
            RolloutStart.self, RolloutList.self, RolloutShow.self, RolloutReport.self, RolloutWatch.self,
            RolloutPause.self,
            RolloutResume.self, RolloutApprove.self, RolloutReject.self, RolloutSkip.self, RolloutRetry.self,
            RolloutAbort.self, RolloutRollback.self,
        ],
        defaultSubcommand: RolloutStart.self)
}
