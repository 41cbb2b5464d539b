import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// Records a version on one target without running anything.
struct MigrateForce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "force", abstract: "Record a version as clean without running anything.",
        discussion: """
            For an operator who has repaired a dirty database by hand and knows which version it is on now. A wrong \
            answer makes every later migration wrong.
            """)

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions

    @Flag(name: [.long, .customShort("y")], help: "Do it without a question.")
    var yes = false

    @Argument(help: ArgumentHelp("The version; 'none' for nothing applied.", valueName: "version"))
    var version: GoalArgument

    private struct Document: Encodable {
        let target: TargetID
        let before, after: VersionState
    }

    func validate() throws {
        if case .latest = version.goal { throw ValidationError("say a version, or 'none'") }
    }

    func run() async throws {
        guard case .version(let wanted) = version.goal else { return }
        try await options.run { session in
            let target = try await SingleTarget(session, selection).target()
            let library = try session.library(for: [target])
            if let wanted, try library.files(of: target.access.source).migration(wanted) == nil {
                throw Failure(
                    .usage,
                    "version \(wanted) is not among the files of \(target.access.migrations); nothing was changed")
            }
            let executor = session.executor(for: [target], library: library)
            guard let before = try await executor.survey().entries.first?.found.get() else { return }
            if !yes {
                session.output.tell(
                    "\(target.target.id) is on \(before); it will be recorded as \(wanted.text), clean.")
                try await Question.typed(
                    target.target.database, to: "record that", flag: "--yes", output: session.output)
            }
            let after = try await executor.force(wanted, on: target.target.id)
            try session.output.write(Document(target: target.target.id, before: before, after: after)) {
                [
                    session.output.data.paint("✓", .good)
                        + " \(target.target.id): was on \(before), is recorded as \(after) now. Nothing was run."
                ]
            }
        }
    }
}
