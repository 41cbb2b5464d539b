public import FleetModel
public import Migrations
public import Store

/// Carries out what the machine decides, and tells it what happened, until the rollout ends or has to wait.
///
/// Every announcement is durable before it is carried out. A process that dies at any instant leaves a journal and
/// databases from which another one goes on.
public struct RolloutRunner: Sendable {
    /// What this process is to do with the rollout.
    public enum Intent: Sendable, Hashable {
        /// Begin it.
        case start
        /// Go on with it, forward or back, as its journal says.
        case resume
        /// Bring everything that it changed back.
        case rollback
    }

    /// How a run ended.
    public struct Result: Sendable {
        /// The state of the rollout now.
        public let machine: RolloutMachine
        /// How hard the operator asked to stop.
        public let stop: RolloutControl.Stop
        /// What kept the journal from being written. Nothing was begun after it; what was in flight has ended, and
        /// what became of it is found out by a resume.
        public let storeError: StoreError?
    }

    private let id: RolloutID
    private let store: Store
    private let executor: TargetExecutor
    private let me: Operator
    private let control: RolloutControl
    private let approve: @Sendable (PlannedEnvironment) async -> Bool
    private let observe: @Sendable (RolloutEvent) -> Void
    private let notify: @Sendable (TargetID, TargetNotice) -> Void

    /// - Parameters:
    ///   - approve: asks for an environment's approval; `false` suspends the rollout until a later resume.
    ///   - observe: called with each event once it was decided or seen, in the order of the journal; must not block.
    ///   - notify: called with what is told of a target beside that; it is not recorded. Must not block.
    public init(
        _ id: RolloutID, store: Store, executor: TargetExecutor, as me: Operator, control: RolloutControl,
        approve: @escaping @Sendable (PlannedEnvironment) async -> Bool,
        observe: @escaping @Sendable (RolloutEvent) -> Void,
        notify: @escaping @Sendable (TargetID, TargetNotice) -> Void = { _, _ in }
    ) {
        self.id = id
        self.store = store
        self.executor = executor
        self.me = me
        self.control = control
        self.approve = approve
        self.observe = observe
        self.notify = notify
    }

    /// Claims the rollout and works on it.
    ///
    /// - Throws: `claimed` when another process works on it; nothing is changed then.
    public func run(_ intent: Intent) async throws(StoreError) -> Result {
        let claim = try await store.claim(id)
        // Read under the claim, so that nothing is added to it by another process any more.
        let rollout = try await store.rollout(named: id.rawValue)
        let journal = Journal(store: store, claim: claim, after: rollout.journal.last?.sequence ?? 0)
        let (mail, mailbox) = AsyncStream<Happening>.makeStream()
        let control = control
        let result = await withTaskGroup(of: Void.self) { services in
            services.addTask(name: "journal") { await journal.run() }
            services.addTask(name: "claim heartbeat") { [store] in
                await Self.keep(claim, in: store) { mailbox.yield(.storeFailed($0)) }
            }
            services.addTask(name: "operator") {
                for await request in control.requests { mailbox.yield(.stop(request)) }
            }
            let result = await drive(intent, rollout, journal: journal, mail: mail, mailbox: mailbox)
            await journal.finish()
            services.cancelAll()
            return result
        }
        // A claim that cannot be given back ends with this process.
        if result.storeError == nil { try? await store.release(claim) }
        return result
    }

    private func drive(
        _ intent: Intent, _ rollout: RolloutRecord, journal: Journal, mail: AsyncStream<Happening>,
        mailbox: AsyncStream<Happening>.Continuation
    ) async -> Result {
        var drive = RolloutDrive(
            machine: RolloutMachine(plan: rollout.plan, journal: rollout.journal), journal: journal,
            observe: observe)
        let storeError = await withDiscardingTaskGroup { work -> StoreError? in
            var events: [RolloutEvent] = [intent == .start ? .started(by: me) : .resumed(by: me)]
            if intent == .rollback { events.append(.halted(.rollbackRequested)) }
            await drive.take(events) { carryOut($0, after: $1, for: $2, journal, mailbox, &work) }
            for pause in drive.takePauses() { wait(out: pause, mailbox, &work) }
            var failure: StoreError?
            if drive.isOver { return nil }
            for await happening in mail {
                var seen: [RolloutEvent] = []
                switch happening {
                case .seen(let event):
                    seen = [event]
                case .stop(let level):
                    if level == .cancel { work.cancelAll() }
                case .approval(let environment, true):
                    seen = [.approved(environment: environment, by: me)]
                case .approval(_, false):
                    seen = [.suspended]
                case .pauseEnded(let pause):
                    drive.end(pause)
                case .workEnded:
                    drive.workEnded()
                case .storeFailed(let error):
                    failure = failure ?? error
                    if error.reason == .claimLost { work.cancelAll() }
                }
                // Before what came of it: a target heeds the stop at once, and its answer may overtake the request.
                if control.stop != .none, !drive.machine.isStopping { seen.insert(.stopRequested(by: me), at: 0) }
                if failure != nil {
                    // What cannot be recorded is not decided either; what runs is waited for.
                    if drive.workInFlight == 0 { break }
                    continue
                }
                await drive.take(seen) { carryOut($0, after: $1, for: $2, journal, mailbox, &work) }
                for pause in drive.takePauses() { wait(out: pause, mailbox, &work) }
                if drive.isOver { break }
            }
            work.cancelAll()
            return failure
        }
        var failure = storeError
        if failure == nil { failure = await drive.flush() }
        return Result(machine: drive.machine, stop: control.stop, storeError: failure)
    }

    /// Starts what an announcement announces; returns whether it started a piece of work.
    private func carryOut(
        _ event: RolloutEvent, after sequence: Int64, for machine: RolloutMachine, _ journal: Journal,
        _ mailbox: AsyncStream<Happening>.Continuation, _ work: inout DiscardingTaskGroup
    ) -> Bool {
        switch event {
        case .targetStarted(let id):
            guard let planned = machine.plannedTarget(id) else { return false }
            let mayHaveBegun = machine.targets[id]?.isTouched ?? true
            work.addTask(name: "apply \(id)") {
                await perform(after: sequence, journal, mailbox) {
                    .targetFinished(id, await bringForward(planned, mayHaveBegun: mayHaveBegun, mailbox: mailbox))
                }
            }
        case .revertStarted(let id):
            guard let planned = machine.plannedTarget(id) else { return false }
            work.addTask(name: "revert \(id)") {
                await perform(after: sequence, journal, mailbox) {
                    .revertFinished(id, await bringBack(planned))
                }
            }
        case .gateStarted(let id):
            guard let wave = machine.plannedWave(id) else { return false }
            // A failure that max_failures tolerates is not counted a second time by the probe.
            let probed = wave.targets.filter {
                $0.hasWork && ![.failed, .deferred].contains(machine.targets[$0.target.id]?.phase)
            }
            work.addTask(name: "gate of \(wave.name)") {
                await perform(after: sequence, journal, mailbox) {
                    await pass(wave, probing: probed).map { .gateFinished(id, $0.failure) }
                }
            }
        case .approvalAwaited(let name):
            guard let environment = machine.plan.environments.first(where: { $0.name == name }) else { return false }
            work.addTask(name: "approval of \(name)") {
                await executor.closeIdle()
                let isApproved = await approve(environment)
                mailbox.yield(.approval(name, isApproved))
                mailbox.yield(.workEnded)
            }
        case .halted:
            control.noteHalt()
            return false
        case .started, .resumed, .approved, .waveStarted, .waveRepeated, .targetsDeferred, .stepFinished,
            .targetFinished, .gateFinished, .rollbackStarted, .revertFinished, .stopRequested, .suspended, .ended:
            return false
        }
        return true
    }

    /// Tells when a pause is over; no piece of work, so nothing waits for it at the end.
    private func wait(
        out pause: Pause, _ mailbox: AsyncStream<Happening>.Continuation, _ work: inout DiscardingTaskGroup
    ) {
        work.addTask(name: "pause after \(pause.migration.version)") {
            do { try await Task.sleep(for: pause.length) } catch { return }
            mailbox.yield(.pauseEnded(pause))
        }
    }

    /// Does a piece of work once its announcement is durable; if it cannot be, the work is not begun.
    private func perform(
        after sequence: Int64, _ journal: Journal, _ mailbox: AsyncStream<Happening>.Continuation,
        _ body: () async -> RolloutEvent?
    ) async {
        do throws(StoreError) {
            try await journal.whenDurable(sequence)
            if let event = await body() { mailbox.yield(.seen(event)) }
        } catch {
            mailbox.yield(.storeFailed(error))
        }
        mailbox.yield(.workEnded)
    }

    private func bringForward(
        _ planned: PlannedTarget, mayHaveBegun: Bool, mailbox: AsyncStream<Happening>.Continuation
    ) async -> TargetReport {
        var report = await bring(planned, along: planned.route, mayHaveBegun: mayHaveBegun, mailbox: mailbox)
        if report.isDeferred {
            report.failure?.remedy =
                "When nothing is in its way any more: pgfleet rollout resume \(id)"
        }
        return report
    }

    private func bringBack(_ planned: PlannedTarget) async -> TargetReport {
        var report = await bring(planned, along: planned.back, mayHaveBegun: true, mailbox: nil)
        if let kind = report.failure?.kind, kind != .moved, kind != .dirty {
            report.failure?.remedy = "Remove what is in its way, then: pgfleet rollout resume \(id)"
        }
        return report
    }

    private func bring(
        _ planned: PlannedTarget, along route: Route, mayHaveBegun: Bool,
        mailbox: AsyncStream<Happening>.Continuation?
    ) async -> TargetReport {
        await executor.bring(
            planned.target.id, along: route, in: id, mayHaveBegun: mayHaveBegun,
            // The plan's own way was accepted with what it has; a way back that is none stops there.
            allowsMissingDowns: route == planned.route, allowsOutOfOrder: true,
            shouldStop: { control.stop != .none }, shouldGiveUp: { mailbox != nil && control.isHalted },
            applicationName: "pgfleet/\(id)", onNotice: { notify(planned.target.id, $0) }
        ) { step in mailbox?.yield(.seen(.stepFinished(planned.target.id, step))) }
    }

    /// Waits for the bake time and asks the probe; `nil` when it was stopped on the way.
    private func pass(_ wave: PlannedWave, probing targets: [PlannedTarget]) async -> GateAnswer? {
        await executor.closeIdle()
        if let seconds = wave.bakeSeconds {
            do { try await Task.sleep(for: .seconds(seconds)) } catch { return nil }
        }
        guard let probe = wave.probe else { return GateAnswer(failure: nil) }
        for planned in targets {
            let failure = await executor.probe(probe, on: planned.target.id)
            if Task.isCancelled { return nil }
            if let failure { return GateAnswer(failure: failure) }
        }
        return GateAnswer(failure: nil)
    }

    /// Gives a sign of life until it is cancelled or the claim is lost.
    private static func keep(_ claim: Claim, in store: Store, lost: (StoreError) -> Void) async {
        while true {
            do { try await Task.sleep(for: Store.heartbeat) } catch { return }
            do throws(StoreError) { try await store.renew(claim) } catch {
                if error.reason == .claimLost {
                    lost(error)
                    return
                }
            }
        }
    }
}

private struct GateAnswer {
    let failure: TargetFailure?
}
