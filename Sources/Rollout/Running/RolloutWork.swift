import FleetModel
import Foundation
import Inventory
import Migrations
import Store

/// Where work waits for its announcement to be durable, and where it tells what came of it.
struct Post: Sendable {
    let journal: Journal
    let mailbox: AsyncStream<Happening>.Continuation

    func tell(_ event: RolloutEvent) { mailbox.yield(.seen(event)) }
}

/// Carries out what a rollout announces.
struct RolloutWork: Sendable {
    let rollout: RolloutID
    let executor: TargetExecutor
    let control: RolloutControl
    let directory: String
    let approve: @Sendable (ApprovalScope, RolloutMachine) async -> ApprovalAnswer
    let notify: @Sendable (TargetID, TargetNotice) -> Void
    let watch: @Sendable (GateSight) -> Void
    let now: @Sendable () -> Date

    /// Starts what an announcement announces; returns whether it started a piece of work that ends by itself.
    func carryOut(
        _ event: RolloutEvent, after sequence: Int64, for drive: RolloutDrive, _ post: Post,
        _ group: inout DiscardingTaskGroup
    ) -> Bool {
        let machine = drive.machine
        func begin(_ name: String, _ body: @escaping @Sendable () async -> RolloutEvent?) -> Bool {
            group.addTask(name: name) { await perform(after: sequence, post, body) }
            return true
        }
        switch event {
        case .targetStarted(let id):
            guard let planned = machine.plannedTarget(id) else { return false }
            let mayHaveBegun = machine.targets[id]?.isTouched ?? true
            // The plan alone: a machine that is kept for as long as a target is at work is copied by the next event.
            let plan = machine.plan
            return begin("apply \(id)") {
                .targetFinished(id, await bringForward(planned, plan, mayHaveBegun: mayHaveBegun, post))
            }
        case .revertStarted(let id):
            guard let planned = machine.plannedTarget(id) else { return false }
            return begin("revert \(id)") { .revertFinished(id, await bringBack(planned)) }
        case .gateStarted(let id):
            guard let gate = machine.plannedWave(id)?.gate else { return false }
            let asker = asker(for: id, in: machine)
            return begin("gate") {
                await executor.closeIdle()
                return await control.waiting {
                    let gateWatch = GateWatch(gate, of: id, see: watch) { await asker.objection(to: $0) }
                    return switch await gateWatch.outcome() {
                    case .passed: .gateFinished(id, nil)
                    case .failed(let failure): .gateFinished(id, failure)
                    case .abandoned: nil
                    }
                }
            }
        case .baselineStarted(let id):
            guard let checks = machine.plannedWave(id)?.gate.checks else { return false }
            let asker = asker(for: id, in: machine)
            return begin("numbers before the wave") {
                await control.waiting {
                    let answer = await asker.numbers(for: checks)
                    if Task.isCancelled { return nil }
                    return switch answer {
                    case .success(let numbers): .baselineFinished(id, numbers, nil)
                    case .failure(let failure): .baselineFinished(id, [], failure)
                    }
                }
            }
        case .hookStarted(let id):
            guard let hook = machine.hooks(of: id.point)?[id.moment][id.index] else { return false }
            let context = HookContext(
                rollout: rollout, plan: machine.plan, id: id, outcome: machine.course.outcomeForHooks)
            return begin("hook \(hook.name)") {
                await executor.closeIdle()
                return .hookFinished(id, await hooks.run(hook, context))
            }
        case .approvalAwaited(let scope):
            return begin("approval of \(scope)") {
                await executor.closeIdle()
                return await control.waiting {
                    post.mailbox.yield(.approval(scope, await approve(scope, machine)))
                    return nil
                }
            }
        case .halted(let reason):
            control.noteHalt()
            if machine.cancelsInFlight(after: reason) { control.cancelWork() }
            return false
        case .promotionAwaited(let name):
            wait(until: promotionTime(of: name, drive), &group) { post.tell(.promoted(environment: name)) }
            return false
        case .windowAwaited(let name):
            watchWindow(of: name, machine, post, &group)
            return false
        case .retriesAwaited(let wave):
            let delay = machine.plan.environments[wave.environment].rules.retryDelaySeconds
            group.addTask(name: "pause before another try") {
                do { try await Task.sleep(for: .seconds(delay)) } catch { return }
                post.tell(.waveRepeated(wave))
            }
            return false
        case .started, .resumed, .asked, .approved, .promoted, .windowOpened, .windowClosed, .hookFinished,
            .baselineFinished, .waveStarted, .waveRepeated, .targetsDeferred, .stepFinished, .targetFinished,
            .gateFinished, .environmentPassed, .rollbackStarted, .revertFinished, .stopRequested, .suspended, .ended:
            return false
        }
    }

    /// Tells when a pause is over; no piece of work, so nothing waits for it at the end.
    func wait(out pause: Pause, _ post: Post, _ group: inout DiscardingTaskGroup) {
        group.addTask(name: "pause after \(pause.migration.version)") {
            do { try await Task.sleep(for: pause.length) } catch { return }
            post.mailbox.yield(.pauseEnded(pause))
        }
    }

    /// Does a piece of work once its announcement is durable; if it cannot be, the work is not begun.
    private func perform(after sequence: Int64, _ post: Post, _ body: () async -> RolloutEvent?) async {
        do throws(StoreError) {
            try await post.journal.whenDurable(sequence)
            if let event = await body() { post.tell(event) }
        } catch {
            post.mailbox.yield(.storeFailed(error))
        }
        post.mailbox.yield(.workEnded)
    }

    private var hooks: HookRunner {
        HookRunner(reach: executor.reach, secrets: secrets)
    }

    /// A failure that max_failures tolerates is not counted a second time by the gate.
    private func asker(for id: WaveID, in machine: RolloutMachine) -> GateAsker {
        let changed = (machine.plannedWave(id)?.targets ?? []).filter {
            $0.hasWork && ![.failed, .deferred, .skipped].contains(machine.targets[$0.target.id]?.phase)
        }
        return GateAsker(
            changed: changed, baselines: machine.baselines[id] ?? [], reach: executor.reach, library: executor.library,
            secrets: secrets)
    }

    private var secrets: Secrets { Secrets(resolver: executor.resolver, directory: directory) }
}

extension RolloutWork {
    private func bringForward(
        _ planned: PlannedTarget, _ plan: Plan, mayHaveBegun: Bool, _ post: Post
    ) async -> TargetReport {
        if let failure = await runHooks(.before, of: planned, plan, "running", post) {
            return TargetReport(before: nil, after: nil, failure: failure)
        }
        var report = await bring(planned, along: planned.route, mayHaveBegun: mayHaveBegun, post)
        if report.isDeferred {
            report.failure?.remedy =
                "When nothing is in its way any more: pgfleet rollout resume \(rollout)"
        }
        _ = await runHooks(.after, of: planned, plan, report.failure == nil ? "changed" : "failed", post)
        return report
    }

    /// Does a target's hooks up to the first one that fails.
    ///
    /// Never inlined: what it needs for a hook would be kept, twice, for as long as the target's migrations run.
    @inline(never) private func runHooks(
        _ moment: HookID.Moment, of planned: PlannedTarget, _ plan: Plan, _ outcome: String, _ post: Post
    ) async -> TargetFailure? {
        var first: TargetFailure?
        for (index, hook) in (planned.hooks?[moment] ?? []).enumerated() {
            let id = HookID(point: .target(id: planned.target.id), moment: moment, index: index)
            let context = HookContext(rollout: rollout, plan: plan, id: id, outcome: outcome, target: planned)
            let report = await hooks.run(hook, context)
            post.tell(.hookFinished(id, report))
            first = first ?? report.failure
            if first != nil, moment == .before { break }
        }
        first?.consequence = "Its migrations were not begun."
        return first
    }

    private func bringBack(_ planned: PlannedTarget) async -> TargetReport {
        var report = await bring(planned, along: planned.back, mayHaveBegun: true, nil)
        if let kind = report.failure?.kind, kind != .moved, kind != .dirty {
            report.failure?.remedy = "Remove what is in its way, then: pgfleet rollout resume \(rollout)"
        }
        return report
    }

    /// - Parameter post: where finished steps are told; nil on the way back.
    private func bring(
        _ planned: PlannedTarget, along route: Route, mayHaveBegun: Bool, _ post: Post?
    ) async -> TargetReport {
        let id = planned.target.id
        let isForward = post != nil
        return await control.work(on: id, isForward: isForward) { [self] in
            await executor.bring(
                id, along: route, in: rollout, mayHaveBegun: mayHaveBegun,
                // The plan's own way was accepted with what it has; a way back that is none stops there.
                allowsMissingDowns: route == planned.route, allowsOutOfOrder: true,
                shouldStop: { [control] in control.stop >= (isForward ? .takeBack : .finish) },
                shouldGiveUp: { [control] in isForward && control.isHalted },
                applicationName: "pgfleet/\(rollout)", onNotice: { notify(id, $0) }
            ) { step in post?.tell(.stepFinished(id, step)) }
        }
    }
}
