import ArgumentParser
import FleetModel
import Rollout
import Store

/// Brings back everything that a rollout changed.
struct RolloutRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Bring every target that a rollout changed back to the version it had.",
        usage: "pgfleet rollout rollback [<rollout>] [--yes] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout rollback                      the last rollout
              pgfleet rollout rollback 20261126-1819 --yes

            Newest change first, under the limits of each environment. Targets that someone else has moved since are \
            left alone and named.
            """)

    @OptionGroup var options: FleetOptions
    @OptionGroup var follow: FollowOptions

    @Flag(name: [.long, .customShort("y")], help: "Start without a question.")
    var yes = false

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    func run() async throws {
        try await options.run { session in
            var (run, record) = try await RolloutLookup.takeUp(rollout, session) { machine in
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
            try await refuseWorkOnTop(of: record, run.store)
            if !yes {
                try await Question.typed(
                    record.plan.fleet, to: "roll \(record.id) back", flag: "--yes", output: session.output)
            }
            run.lines = follow.lines(session.output)
            try await run.run(record.id, plan: record.plan, after: record.journal, intent: .rollback)
        }
    }
}

extension RolloutRollback {
    /// What a later rollout did lies on top of what this one did, and goes back first.
    private func refuseWorkOnTop(of record: RolloutRecord, _ store: Store) async throws {
        let mine = record.machine().changedTargets
        for id in try await store.rollouts(after: record) {
            let later = try await store.rollout(id)
            let theirs = later.machine().changedTargets
            guard let shared = mine.intersection(theirs).min() else { continue }
            throw Failure(
                .usage,
                "the later rollout \(later.id) changed \(shared), too; nothing was begun. Take that one back first: "
                    + "pgfleet rollout rollback \(later.id)")
        }
    }
}

extension RolloutMachine {
    /// The targets that are, or may be, where this rollout brought them.
    fileprivate var changedTargets: Set<TargetID> {
        Set(targets.filter { $0.value.isTouched || $0.value.phase == .running }.keys)
    }

    /// A step of the way back of a target that this rollout may have changed, for which there is no file.
    fileprivate var missingDown: MigrationStep? {
        let changed = changedTargets
        return plan.targets.lazy.filter { changed.contains($0.target.id) }.flatMap(\.back.steps)
            .first { $0.direction == .down && $0.checksum == nil }
    }
}
