public import FleetModel
public import Foundation
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
        /// End it where no process works on it: nothing new starts, and what it changed goes back or stays.
        case end(HaltReason)
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
    private let work: RolloutWork
    private let me: Operator
    private let control: RolloutControl
    private let observe: @Sendable (JournaledEvent) -> Void

    /// - Parameters:
    ///   - directory: the inventory's folder, for references to files in gates and hooks.
    ///   - approve: asks for an approval, in the state that the rollout is in then.
    ///   - observe: called with each event once it was decided or seen, in the order of the journal; must not block.
    ///   - notify: called with what is told of a target beside that; it is not recorded. Must not block.
    ///   - watch: called with what a gate's checks answer; only the gate's own answer is recorded. Must not block.
    ///   - now: the time by which windows and promotions are judged.
    public init(
        _ id: RolloutID, store: Store, executor: TargetExecutor, as me: Operator, control: RolloutControl,
        directory: String = ".", approve: @escaping @Sendable (ApprovalScope, RolloutMachine) async -> ApprovalAnswer,
        observe: @escaping @Sendable (JournaledEvent) -> Void,
        notify: @escaping @Sendable (TargetID, TargetNotice) -> Void = { _, _ in },
        watch: @escaping @Sendable (GateSight) -> Void = { _ in },
        now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.id = id
        self.store = store
        self.me = me
        self.control = control
        self.observe = observe
        work = RolloutWork(
            rollout: id, executor: executor, control: control, directory: directory, approve: approve, notify: notify,
            watch: watch, now: now)
    }

    /// Claims the rollout and works on it.
    ///
    /// - Parameter onClaim: called once it is this process that works on it, before anything happens.
    /// - Throws: `claimed` when another process works on it; nothing is changed then.
    public func run(_ intent: Intent, onClaim: () async -> Void = {}) async throws(StoreError) -> Result {
        let claim = try await store.claim(id)
        await onClaim()
        // Read under the claim, so that nothing is added to it by another process any more.
        let rollout = try await store.rollout(named: id.rawValue)
        let journal = Journal(store: store, claim: claim, after: rollout.journal.last?.sequence ?? 0)
        let drive = RolloutDrive(rollout, journal: journal, observe: observe)
        let requests = try await store.requests(of: id, after: drive.machine.lastRequest)
        let (mail, mailbox) = AsyncStream<Happening>.makeStream()
        let control = control
        let result = await withTaskGroup(of: Void.self) { services in
            services.addTask(name: "journal") {
                // Also while nothing waits for an event to be durable, as in a window that is closed.
                if let failure = await journal.run() { mailbox.yield(.storeFailed(failure)) }
            }
            services.addTask(name: "claim heartbeat") { [store] in
                await Self.keep(claim, in: store) { mailbox.yield(.storeFailed($0)) }
            }
            services.addTask(name: "signals") {
                for await request in control.requests { mailbox.yield(.stop(request)) }
            }
            services.addTask(name: "requests") { [store, id] in
                await Self.watch(id, after: requests.last?.number ?? drive.machine.lastRequest, in: store) {
                    mailbox.yield(.asked($0))
                }
            }
            let first = firstEvents(intent, requests)
            let result = await run(drive, first, Post(journal: journal, mailbox: mailbox), mail)
            await journal.finish()
            services.cancelAll()
            return result
        }
        // A claim that cannot be given back ends with this process.
        if result.storeError == nil { try? await store.release(claim) }
        return result
    }

    /// What was asked for while no process worked on it comes first, so that taking it up ends a pause.
    private func firstEvents(_ intent: Intent, _ requests: [OperatorRequest]) -> [RolloutEvent] {
        requests.map { .asked($0) }
            + {
                switch intent {
                case .start: [.started(by: me)]
                case .resume: [.resumed(by: me)]
                // Halted first, so that taking it up tries nothing again.
                case .rollback: [.halted(.rollbackRequested), .resumed(by: me)]
                // Taken up first: one that had halted without a rollback would go on where it was taken up.
                case .end(let reason): [.resumed(by: me), .halted(reason)]
                }
            }()
    }

    private func run(
        _ start: RolloutDrive, _ first: [RolloutEvent], _ post: Post, _ mail: AsyncStream<Happening>
    ) async -> Result {
        var drive = start
        let storeError = await withDiscardingTaskGroup { group -> StoreError? in
            await drive.take(first) { work.carryOut($0, after: $1, for: $2, post, &group) }
            for pause in drive.takePauses() { work.wait(out: pause, post, &group) }
            var failure: StoreError?
            if drive.isOver { return nil }
            for await happening in mail {
                var seen: [RolloutEvent] = []
                switch happening {
                case .seen(let event):
                    seen = [event]
                case .stop(let level):
                    if level == .cancel { group.cancelAll() }
                case .asked(let requests):
                    seen = requests.map { .asked($0) }
                case .approval(let scope, .approved):
                    seen = [.approved(scope, by: me)]
                case .approval(_, .left):
                    seen = [.suspended]
                case .approval(_, .awaited):
                    break
                case .pauseEnded(let pause):
                    drive.end(pause)
                case .workEnded:
                    drive.workEnded()
                case .storeFailed(let error):
                    failure = failure ?? error
                    control.giveUpWaiting()
                    if error.reason == .claimLost { group.cancelAll() }
                }
                seen = signals(to: drive.machine) + seen
                if failure != nil {
                    // What cannot be recorded is not decided either; what runs is waited for.
                    if drive.workInFlight == 0 { break }
                    continue
                }
                await drive.take(seen) { work.carryOut($0, after: $1, for: $2, post, &group) }
                for pause in drive.takePauses() { work.wait(out: pause, post, &group) }
                if drive.isOver { break }
            }
            group.cancelAll()
            return failure
        }
        var failure = storeError
        if failure == nil { failure = await drive.flush() }
        return Result(machine: drive.machine, stop: control.stop, storeError: failure)
    }

    /// What the operator's signals come to. It goes before what came of it: a target heeds a stop at once, and its
    /// answer may overtake the request.
    private func signals(to machine: RolloutMachine) -> [RolloutEvent] {
        switch control.stop {
        case .none: []
        case .takeBack: machine.course == .forward ? [.halted(.interrupted(by: me))] : []
        case .finish, .cancel: machine.isStopping ? [] : [.stopRequested(by: me)]
        }
    }

    /// Gives a sign of life until it is cancelled, or until the claim is lost or the store can't be used any more.
    ///
    /// While a gate bakes nothing else is written, and a store that broke would be noticed only at its end. One that
    /// another process keeps locked for a moment is not broken, and neither is one of which a single write fails.
    private static func keep(_ claim: Claim, in store: Store, lost: (StoreError) -> Void) async {
        var failures = 0
        while true {
            do { try await Task.sleep(for: Store.heartbeat) } catch { return }
            do throws(StoreError) {
                try await store.renew(claim)
                failures = 0
            } catch {
                if Task.isCancelled { return }
                if error.reason != .locked { failures += 1 }
                if error.reason == .claimLost || error.reason == .gone || failures > 1 {
                    lost(error)
                    return
                }
            }
        }
    }

    /// Hands on what operators ask for, until it is cancelled. A store that cannot be read now is asked again.
    private static func watch(
        _ id: RolloutID, after number: Int64, in store: Store, _ hand: ([OperatorRequest]) -> Void
    ) async {
        var last = number
        while true {
            do { try await Task.sleep(for: .milliseconds(250)) } catch { return }
            guard let requests = try? await store.requests(of: id, after: last), let newest = requests.last else {
                continue
            }
            last = newest.number
            hand(requests)
        }
    }
}
