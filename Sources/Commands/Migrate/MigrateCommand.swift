import ArgumentParser

/// The group of commands that work on one target.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Work on one database, as golang-migrate's command does.",
        discussion: """
            EXAMPLES
              pgfleet migrate version --env staging
              pgfleet migrate up --target staging/staging-1/shop
              pgfleet migrate up 2 --target staging/staging-1/shop
              pgfleet migrate down 1 --target staging/staging-1/shop
              pgfleet migrate goto 7 --target staging/staging-1/shop
              pgfleet migrate force 8 --target staging/staging-1/shop --yes
              pgfleet migrate create add_customer_email
              pgfleet migrate up --database postgres://app@db.example/app --migrations migrations
            """,
        subcommands: [
            MigrateUp.self, MigrateDown.self, MigrateGoto.self, MigrateForce.self, MigrateVersion.self,
            MigrateDrop.self, MigrateCreate.self,
        ])
}
