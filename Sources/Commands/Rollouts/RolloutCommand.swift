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
              pgfleet rollout show last       tell what happened
              pgfleet rollout resume          finish what was interrupted
              pgfleet rollout rollback last   bring back all that it changed
            """,
        subcommands: [
            RolloutStart.self, RolloutList.self, RolloutShow.self, RolloutResume.self, RolloutRollback.self,
        ],
        defaultSubcommand: RolloutStart.self)
}
