import ArgumentParser
import FleetModel
import Migrations

/// Reverts migrations on one target.
struct MigrateDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Revert the last N migrations, or all of them.",
        discussion: "The exit code is 1 when there are fewer than N; those that there are have been reverted then.")

    @OptionGroup var options: MigrateOptions

    @Argument(help: "How many; without it, you are asked whether all of them.")
    var count: Int?

    @Flag(help: "Revert all, without a question.")
    var all = false

    func validate() throws {
        if all, count != nil { throw ValidationError("--all is all of them; leave N out") }
        if let count, count < 0 { throw ValidationError("N is not below 0") }
    }

    func run() async throws {
        try await options.onEach { target in
            try await target.migrate { files, state in
                let applied = files.versions.filter { version in state.version.map { version <= $0 } ?? false }
                if let count {
                    guard count > 0 else { return .init(version: state.version, asked: 0) }
                    // A version that no file has is found out by the route.
                    return .init(
                        version: applied.dropLast(count).last, short: max(0, count - applied.count), asked: count)
                }
                if !all, !applied.isEmpty, !state.isDirty {
                    try await Question.yes(
                        "Revert all \(applied.count.of("migration")) of \(target.id)?", flag: "--all",
                        output: target.session.output)
                }
                return .init(version: nil)
            }
        }
    }
}
