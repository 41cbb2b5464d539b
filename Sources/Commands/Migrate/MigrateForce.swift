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

    @OptionGroup var options: MigrateOptions

    @Flag(name: [.long, .customShort("y")], help: "Do it without a question.")
    var yes = false

    @Argument(help: ArgumentHelp("The version; 'none' or -1 for nothing applied.", valueName: "version"))
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
        try await options.onEach { target in
            let executor: TargetExecutor
            if let wanted, !target.allow.allows(.unknownVersion) {
                let opened = try target.open()
                guard opened.files.migration(wanted) != nil else {
                    throw Failure(
                        .usage,
                        "version \(wanted) is not among the files of \(opened.files.directory); nothing was changed. "
                            + "If that is meant, add --allow unknown_version")
                }
                executor = opened.executor
            } else {
                executor = try target.openWithoutFiles()
            }
            let output = target.session.output
            guard let before = try await executor.survey().entries.first?.found.get() else {
                throw Failure(.failed, "\(target.id): not looked at")
            }
            if !yes {
                await executor.closeIdle()
                output.tell("\(target.id) is on \(before); it will be recorded as \(wanted.text), clean.")
                try await Question.typed(
                    target.target.target.database, to: "record that", flag: "--yes", output: output)
            }
            let after = try await executor.force(wanted, on: target.id)
            return SingleTarget.Outcome(
                document: .init(body: Document(target: target.id, before: before, after: after)),
                lines: [
                    output.data.paint("✓", .good)
                        + " \(target.id): was on \(before), is recorded as \(after) now. Nothing was run."
                ])
        }
    }
}
