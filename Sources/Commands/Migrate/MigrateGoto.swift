import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// Takes one target to a version, up or down.
struct MigrateGoto: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "goto", abstract: "Take the database to a version, up or down.")

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var allow: AllowOptions

    @Argument(help: ArgumentHelp("The version; 'none' for nothing applied.", valueName: "version"))
    var version: GoalArgument

    func run() async throws {
        try await options.run { session in
            try await SingleTarget(session, selection).migrate(allow) { files, _ in
                switch version.goal {
                case .latest: files.newest
                case .version(let version): version
                }
            }
        }
    }
}
