import FleetModel
import Foundation
import Inventory
import Rollout
import Store

/// Carries a rollout out in this process: shows progress, heeds signals, tells the end, and chooses the exit code.
struct RolloutRun {
    let session: FleetSession
    let store: Store
    let executor: TargetExecutor
    /// What was approved on the command line.
    let approved: [String]
    /// Whether approvals from elsewhere are waited for.
    let waits: Bool
    /// Whether the first signal takes back what was changed.
    var takesBackOnInterrupt = false
    /// Where each event is written when it happens.
    var lines: EventLines?

    /// - Parameter journal: what happened before this process took the rollout up.
    func run(
        _ id: RolloutID, plan: Plan, after journal: [JournaledEvent] = [], intent: RolloutRunner.Intent
    ) async throws {
        let output = session.output
        let control = RolloutControl(takesBack: takesBackOnInterrupt)
        // Two streams on one terminal would write into each other.
        let isQuiet = lines != nil && output.data.isInteractive
        let view = RolloutView(id: id, plan: plan, output: output, isQuiet: isQuiet)
        view.replay(journal)
        let interrupts = Interrupts {
            control.requestStop()
            if control.stop == .cancel { view.tell("what runs is cancelled on its server") }
        }
        let approvals = Approvals(session: session, given: approved, waits: waits)
        let runner = RolloutRunner(
            id, store: store, executor: executor, as: session.me, control: control,
            directory: session.directory, approve: { await approvals.answer($0, in: $1, view) },
            observe: { [lines] entry in
                view.show(entry)
                lines?.write([entry])
            },
            notify: { view.note("\($0): \($1)") }, watch: { view.show($0) })
        let result: RolloutRunner.Result
        do {
            result = try await runner.run(intent) { await view.begin() }
        } catch {
            await view.end()
            await executor.closeIdle()
            throw error
        }
        await view.end()
        await executor.closeIdle()
        withExtendedLifetime(interrupts) {}
        for note in (try? await DiscoveredChanges.find(session, plan))?.notes ?? [] { output.tell(note) }
        try await finish(id, result, wasAskedToRollBack: intent == .rollback)
    }

    /// Looks at the targets that still have to go forward; one that cannot be looked at ends the command.
    ///
    /// A wrong password or a host that is down would count as failed targets, and turn the whole rollout back.
    func preflight(_ machine: RolloutMachine) async throws {
        switch machine.course {
        case .idle, .forward, .ended(.failed): break
        case .halted, .rollback, .ended: return
        }
        let left = machine.targets.filter {
            [.pending, .running, .failed, .deferred, .reverted].contains($0.value.phase)
        }
        let survey = await executor.survey(of: Set(left.keys))
        let failures = survey.entries.compactMap { entry -> (TargetID, TargetFailure)? in
            switch entry.found {
            case .failure(let failure): return (entry.target.target.id, failure)
            case .success(let state) where state.isDirty:
                return (entry.target.target.id, .dirty(state, on: entry.target.target.id))
            case .success: return entry.obstacle.map { (entry.target.target.id, $0) }
            }
        }
        guard !failures.isEmpty else { return }
        await executor.closeIdle()
        let paint = session.output.messages.paint
        for (id, failure) in failures {
            session.output.tell(failure.sign(paint) + " \(id)")
            for line in FailureText.lines(failure, indent: 2, paint: paint) { session.output.tell(line) }
        }
        let isDirty = failures.contains { $0.1.kind == .dirty }
        throw Failure(
            isDirty ? .dirty : .failed,
            "nothing was begun: \(failures.count.of("target")) \(isDirty ? "cannot go on" : "could not be looked at"). "
                + "Repair that and resume the rollout; or bring back what it changed: pgfleet rollout rollback")
    }

    private func finish(_ id: RolloutID, _ result: RolloutRunner.Result, wasAskedToRollBack: Bool) async throws {
        let output = session.output
        if let error = result.storeError {
            throw Failure(
                .failed,
                "\(error)\nThe rollout stopped: nothing was begun after that, and what was in flight has ended.\n"
                    + "Go on with: pgfleet rollout resume \(id)")
        }
        let machine = result.machine
        let status = RolloutStatus(machine, isHeld: false)
        let summary = RolloutSummary(id: id, machine: machine, status: status)
        let document = RolloutDocument(id: id, status: status, machine: machine)
        if let lines {
            await lines.end(document)
        } else {
            try output.write(document) { [""] + summary.lines(paint: output.data.paint, listsFailures: true) }
        }
        let code = machine.exitStatus(stop: result.stop, wasAskedToRollBack: wasAskedToRollBack)
        if code != .done { throw Failure(code, nil) }
    }
}
