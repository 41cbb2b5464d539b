import FleetModel
import Inventory
import Rollout
import Store

/// Finds the rollout that an argument names.
enum RolloutLookup {
    /// - Throws: `usage` when there is none.
    static func find(_ name: String, _ session: FleetSession) async throws -> RolloutRecord {
        guard let store = try await session.storeIfPresent() else {
            throw Failure(.usage, "there is no rollout yet. Start one with: pgfleet rollout")
        }
        return try await store.rollout(named: name)
    }

    /// The rollout, ready to be worked on: its targets are found in the inventory as it is now.
    static func takeUp(
        _ name: String, _ session: FleetSession, consent: ConsentOptions? = nil, allowing allow: AllowOptions? = nil,
        runsFiles: Bool = true, accepting: (RolloutMachine) throws -> Void
    ) async throws -> (RolloutRun, RolloutRecord) {
        let record = try await find(name, session)
        // Whoever takes it up claims it once more; before that, much would be looked at and said in vain.
        try record.refuseIfHeld(in: try await session.store())
        let machine = record.machine()
        try accepting(machine)
        let targets = session.fleet.targets(planned: record.plan.targets.map(\.target))
        let library = try session.library(for: targets)
        if runsFiles, let changed = try PlannedFiles(library: library).firstChange(in: machine, of: targets) {
            throw Failure(
                .usage,
                "\(changed) since this rollout was planned, so nothing was begun. Put the file back as it was; or take the "
                    + "fleet to where the files are now with a new rollout: pgfleet rollout")
        }
        try await resolveSecrets(of: targets, session)
        tellDifferences(record.plan, session)
        let executor = session.executor(
            for: targets, library: library, retry: "pgfleet rollout")
        let run = RolloutRun(
            session: session, store: try await session.store(), executor: executor,
            approved: consent?.approved ?? [], waits: consent?.wait ?? false)
        return (run, record)
    }

    /// Ends a rollout that no process works on, as an operator says.
    static func end(_ request: RolloutRequest, because reason: HaltReason) async throws {
        // What stays as it is needs no file, so edited ones do not keep it from being ended.
        let (run, record) = try await takeUp(
            request.record.id.rawValue, request.session, runsFiles: reason.takesBack
        ) { _ in }
        try await run.run(record.id, plan: record.plan, after: record.journal, intent: .end(reason))
    }

    /// The rules of the plan hold to its end; whoever edited the inventory since, to have them otherwise, is told so.
    private static func tellDifferences(_ plan: Plan, _ session: FleetSession) {
        let differences = plan.differences(from: session.fleet)
        guard !differences.isEmpty else { return }
        let paint = session.output.messages.paint
        session.output.tell(
            paint("note:", .warning) + " the inventory was edited since this rollout was planned; the plan's rules hold"
        )
        for difference in differences { session.output.tell("  \(difference)".harmless) }
    }

    /// A forgotten variable must not look like failed targets, which would turn the rollout back.
    private static func resolveSecrets(of targets: [FleetTarget], _ session: FleetSession) async throws(TargetFailure) {
        for target in targets {
            do {
                _ = try await target.access.resolved(with: session.resolver)
            } catch {
                throw TargetFailure(error)
            }
        }
    }
}

extension HaltReason {
    /// Whether an operator wants back what was changed.
    fileprivate var takesBack: Bool {
        switch self {
        case .aborted(_, let takesBack, _), .rejected(_, _, let takesBack): takesBack
        case .rollbackRequested, .interrupted: true
        case .tooManyFailures, .tooManyFailuresInWave, .tooManyFailuresInAll, .gateFailed, .hookFailed, .notPromoted:
            false
        }
    }
}
