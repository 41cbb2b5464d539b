import ArgumentParser
import FleetModel
import Migrations

/// Takes one target to a version, up or down.
struct MigrateGoto: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "goto", abstract: "Take the database to a version, up or down.")

    @OptionGroup var options: MigrateOptions

    @Argument(help: ArgumentHelp("The version; 'none' for nothing applied.", valueName: "version"))
    var version: GoalArgument

    func run() async throws {
        try await options.onEach { target in
            try await target.migrate { files, _ in
                switch version.goal {
                case .latest: .init(version: files.newest)
                case .version(let version): .init(version: version)
                }
            }
        }
    }
}
