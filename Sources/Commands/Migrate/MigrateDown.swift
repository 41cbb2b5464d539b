import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// Reverts migrations on one target.
struct MigrateDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Revert the last N migrations, or all of them.")

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var allow: AllowOptions

    @Argument(help: "How many.")
    var count: Int?

    @Flag(help: "Revert all.")
    var all = false

    func validate() throws {
        guard (count != nil) != all else { throw ValidationError("say how many, or --all") }
        if let count, count < 1 { throw ValidationError("N is at least 1") }
    }

    func run() async throws {
        try await options.run { session in
            try await SingleTarget(session, selection).migrate(allow) { files, state in
                let applied = files.versions.filter { version in state.version.map { version <= $0 } ?? false }
                let left = applied.dropLast(all ? applied.count : count ?? 0)
                return left.last
            }
        }
    }
}
