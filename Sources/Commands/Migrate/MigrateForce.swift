import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Recovery
import Rollout
import Schema

/// Records a version on one target without running anything.
struct MigrateForce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "force", abstract: "Record a version as clean without running anything.",
        discussion: """
            For an operator who has repaired a dirty database by hand and knows which version it is on now. A wrong \
            answer makes every later migration wrong, so it is shown first in what the schema contradicts it, as far as \
            the migrations can be replayed on scratch. 'pgfleet recover' proves a version instead of being told it.
            """)

    @OptionGroup var options: MigrateOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Why; it is kept in the target's history.", valueName: "text"))
    var reason: String?

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
            var files: MigrationSet?
            if let wanted, !target.allow.allows(.unknownVersion) {
                let opened = try target.open()
                guard opened.files.migration(wanted) != nil else {
                    throw Failure(
                        .usage,
                        "version \(wanted) is not among the files of \(opened.files.directory); nothing was changed. "
                            + "If that is meant, add --allow unknown_version")
                }
                executor = opened.executor
                files = opened.files
            } else if wanted == nil, let opened = try? target.open() {
                executor = opened.executor
                files = opened.files
            } else {
                executor = try target.openWithoutFiles()
            }
            let output = target.session.output
            guard let before = try await executor.survey().entries.first?.found.get() else {
                throw Failure(.failed, "\(target.id): not looked at")
            }
            await executor.closeIdle()
            if files != nil { await tellContradictions(wanted, target, executor) }
            if !yes {
                output.tell("\(target.id) is on \(before); it will be recorded as \(wanted.text), clean.")
                try await Question.typed(
                    target.target.target.database, to: "record that", flag: "--yes", output: output)
            }
            let after = try await executor.force(wanted, on: target.id, because: reason)
            return SingleTarget.Outcome(
                document: .init(body: Document(target: target.id, before: before, after: after)),
                lines: [
                    output.data.paint("✓", .good)
                        + " \(target.id): was on \(before), is recorded as \(after) now. Nothing was run."
                ])
        }
    }

    /// Says what the schema has otherwise than the version that it is to be recorded as.
    private func tellContradictions(
        _ version: Version?, _ target: SingleTarget, _ executor: TargetExecutor
    ) async {
        let (id, output, fleet) = (target.id, target.session.output, target.session.fleet)
        let warning = output.messages.paint("warning:", .warning)
        do throws(TargetFailure) {
            let findings = try await target.session.withScratch { scratch throws(TargetFailure) in
                try await Recoverer(executor, check: fleet.check, scratch: scratch).contradictions(version, on: id)
            }
            guard !findings.isEmpty else { return }
            output.tell(
                "\(warning) \(id): the schema is not that of version \(version.text); it differs in "
                    + "\(findings.count.of("object")):")
            for line in RecoveryText.lines(of: findings, output.messages.paint) { output.tell(line) }
        } catch {
            output.tell(
                "\(warning) \(id): whether the schema is that of version \(version.text) was not found out: "
                    + error.message.harmless)
        }
    }
}
