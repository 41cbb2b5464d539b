import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// Applies migrations to one target.
struct MigrateUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Apply all migrations that are not applied, or the next N.")

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var allow: AllowOptions

    @Argument(help: "How many; all by default.")
    var count: Int?

    func validate() throws {
        if let count, count < 1 { throw ValidationError("N is at least 1") }
    }

    func run() async throws {
        try await options.run { session in
            try await SingleTarget(session, selection).migrate(allow) { files, state in
                let pending = try files.pending(after: state.version)
                return pending.prefix(count ?? pending.count).last ?? state.version
            }
        }
    }
}
