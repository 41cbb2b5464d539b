import ArgumentParser

/// The root of all commands.
struct PgfleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pgfleet",
        abstract: "Schema migrations across a fleet of PostgreSQL databases.",
        discussion: """
            EXAMPLES
              pgfleet sandbox up          a local copy of the fleet, to try things on
              pgfleet status              which database is on which version
              pgfleet plan                what a rollout would do
              pgfleet rollout             do it: staging, the canary, the rest
              pgfleet rollout show        what happened
              pgfleet migrate up --target 'staging/*'

            EXIT CODES
              0  done
              1  failed, or halted with work left
              2  bad usage, inventory or migrations
              3  a database is dirty
              5  waits for an approval
              6  a target failed and everything was rolled back
              7  a rollback could not be completed
              130  interrupted
            """,
        version: "0.1.0",
        subcommands: [
            ValidateCommand.self, TargetsCommand.self, StatusCommand.self, PlanCommand.self, RolloutCommand.self,
            MigrateCommand.self, SandboxCommand.self,
        ])
}
