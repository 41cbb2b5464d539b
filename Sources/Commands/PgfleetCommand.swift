import ArgumentParser
import FleetModel

/// The root of all commands.
struct PgfleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pgfleet",
        abstract: "Schema migrations across a fleet of PostgreSQL databases.",
        discussion: """
            EXAMPLES
              pgfleet sandbox up          start a local copy of the fleet
              pgfleet status              which database is on which version
              pgfleet plan                what a rollout would do
              pgfleet rollout             do it: staging, the canary, the rest
              pgfleet rollout show last   what happened
              pgfleet check               whether every schema is what it should be
              pgfleet recover             how far a dirty database got, and the way out
              pgfleet migrate up --target 'staging/*'

            EXIT CODES
              0 done                            5 waits for an approval, or for locks of others
              1 failed or halted                6 failed, and rolled back
              2 bad usage, files or inventory   7 a rollback is incomplete
              3 a database is dirty             130 interrupted
              4 a schema differs
            """,
        version: Tool.version,
        subcommands: [
            ValidateCommand.self, HashCommand.self, DigestCommand.self, TargetsCommand.self, StatusCommand.self,
            WaitCommand.self, PlanCommand.self, RolloutCommand.self, CheckCommand.self, DriftCommand.self,
            DiffCommand.self, SnapshotCommand.self, RecoverCommand.self, MigrateCommand.self, ScheduleCommand.self,
            SandboxCommand.self,
        ])
}
