import ArgumentParser
import FleetModel
import Rollout
import Store

/// Brings back everything that a rollout changed.
struct RolloutRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Bring every target that a rollout changed back to the version it had.",
        discussion: """
            Newest change first, under the limits of each environment. Targets that someone else has moved since are \
            left alone and named.
            """)

    @OptionGroup var options: FleetOptions

    @Flag(name: [.long, .customShort("y")], help: "Start without a question.")
    var yes = false

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    func run() async throws {
        try await options.run { session in
            let (run, record) = try await RolloutLookup.takeUp(rollout, session, approved: []) { machine in
                if machine.course == .ended(.rolledBack) {
                    throw Failure(.usage, "this rollout was rolled back already")
                }
                if let step = machine.missingDown {
                    throw Failure(
                        .usage,
                        "version \(step.version) has no down file, so a rollback would move the version and leave its "
                            + "schema; nothing was begun. Write the file, then take the targets down with: "
                            + "pgfleet rollout --to \(step.to.text) --allow-down")
                }
            }
            if !yes {
                try await Question.typed(
                    record.plan.fleet, to: "roll \(record.id) back", flag: "--yes", output: session.output)
            }
            try await run.run(record.id, plan: record.plan, after: record.journal, intent: .rollback)
        }
    }
}

extension RolloutMachine {
    /// A step of the way back of a target that this rollout may have changed, for which there is no file.
    fileprivate var missingDown: MigrationStep? {
        plan.targets.lazy.filter { planned in
            targets[planned.target.id].map { $0.isTouched || $0.phase == .running } ?? false
        }.flatMap(\.back.steps).first { $0.direction == .down && $0.checksum == nil }
    }
}
