import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Rollout

/// What every `migrate` command takes: one target of the inventory, or databases by their addresses.
struct MigrateOptions: ParsableArguments {
    @OptionGroup var databases: DatabaseOptions
    @OptionGroup var allow: AllowOptions

    @Option(
        help: ArgumentHelp("With --database: seconds to wait for the migration lock.", valueName: "seconds"))
    var lockWait: Int?

    var selection: SelectorOptions { databases.selection }
    var addresses: [String] { databases.addresses }

    /// Whether no inventory is read.
    var isAddressed: Bool { databases.isAddressed }

    func validate() throws {
        try databases.validateAddresses()
        if !isAddressed, lockWait != nil {
            throw ValidationError("--lock-wait goes with --database; an inventory has its own")
        }
        if let lockWait, !(0...86_400).contains(lockWait) { throw ValidationError("--lock-wait is from 0 to 86400") }
    }

    /// Runs a body on the inventory, or on one that is made of the addresses.
    func run(_ body: (FleetSession) async throws -> Void) async throws {
        try await databases.run(lockWait: lockWait.map { .seconds($0) }, body)
    }

    /// The addressed databases, or the one selected target.
    ///
    /// - Throws: `usage` when several targets of an inventory are selected.
    func targets(_ session: FleetSession) async throws -> [FleetTarget] {
        let targets = try await session.select(selection.selector())
        guard isAddressed || targets.count == 1 else {
            throw Failure(
                .usage,
                "\(targets.count.of("target")) are selected and this command works on one; narrow it with --target, "
                    + "or take all of them with: pgfleet rollout")
        }
        return targets
    }

    /// Works on one database after the other and stops at the first that does not end well, saying what was done where.
    func onEach(_ work: (SingleTarget) async throws -> SingleTarget.Outcome) async throws {
        try await run { session in
            let targets = try await targets(session)
            var outcomes: [SingleTarget.Outcome] = []
            do {
                for target in targets {
                    let outcome = try await work(SingleTarget(session, target, allowing: allow))
                    outcomes.append(outcome)
                    if session.output.format == .text { session.output.write(outcome.lines) }
                    if outcome.status != .done { throw Failure(outcome.status, outcome.message) }
                }
            } catch {
                if targets.count > 1 { tell(targets.map(\.target.id), outcomes, session.output) }
                try write(outcomes, of: targets.count, session.output)
                throw error
            }
            try write(outcomes, of: targets.count, session.output)
        }
    }

    private func tell(_ ids: [TargetID], _ outcomes: [SingleTarget.Outcome], _ output: Output) {
        let done = outcomes.prefix { $0.status == .done }.count
        let parts = [
            ("done", ids.prefix(done)), ("stopped at", ids[done...].prefix(1)), ("not begun", ids.dropFirst(done + 1)),
        ]
        for (word, names) in parts where !names.isEmpty {
            output.tell("\(word): " + names.map(\.rawValue.harmless).joined(separator: ", "))
        }
    }

    private func write(_ outcomes: [SingleTarget.Outcome], of count: Int, _ output: Output) throws {
        guard output.format == .json else { return }
        if count > 1 {
            try output.writeJSON(["databases": outcomes.map(\.document)])
        } else if let outcome = outcomes.first {
            try output.writeJSON(outcome.document)
        }
    }
}
