import ArgumentParser
import FleetModel
import Migrations

/// Applies migrations to one target.
struct MigrateUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Apply all migrations that are not applied, or the next N.",
        discussion: "The exit code is 1 when there are fewer than N; those that there are have been applied then.")

    @OptionGroup var options: MigrateOptions

    @Argument(help: "How many; all by default.")
    var count: Int?

    func validate() throws {
        if let count, count < 0 { throw ValidationError("N is not below 0") }
    }

    func run() async throws {
        try await options.onEach { target in
            try await target.migrate { files, state in
                guard count != 0, !state.isDirty else { return .init(version: state.version, asked: count) }
                guard let count else {
                    return .init(version: try files.pending(after: state.version).last ?? state.version)
                }
                let pending = try files.pending(after: state.version)
                return .init(
                    version: pending.prefix(count).last ?? state.version, short: max(0, count - pending.count),
                    asked: count)
            }
        }
    }
}
