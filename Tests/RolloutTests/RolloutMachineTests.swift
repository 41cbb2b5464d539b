import FleetModel
import Testing

@testable import Rollout

/// Runs a machine by hand: applies what it decides, and finishes targets as the test says.
struct Bench {
    var machine: RolloutMachine
    var journal: [RolloutEvent] = []
    /// Pauses that go on.
    var began: [Pause] = []
    static let me = Operator(user: "ada", machine: "desk", process: 1)

    init(_ plan: Plan) {
        machine = RolloutMachine(plan: plan)
        happen(.started(by: Self.me))
    }

    mutating func happen(_ event: RolloutEvent) {
        machine.apply(event)
        journal.append(event)
        while let next = machine.decide() {
            machine.apply(next)
            journal.append(next)
        }
    }

    /// Lets a pause's time pass.
    mutating func end(_ pause: Pause) {
        machine.end(pause)
        while let next = machine.decide() {
            machine.apply(next)
            journal.append(next)
        }
    }

    /// Rebuilds the machine from the journal, as a new process does.
    mutating func restart(_ extra: RolloutEvent...) {
        var entries = journal
        entries.append(.resumed(by: Self.me))
        entries += extra
        machine = RolloutMachine(
            plan: machine.plan,
            journal: entries.enumerated().map {
                JournaledEvent(sequence: Int64($0.offset) + 1, milliseconds: 0, event: $0.element)
            })
        journal = entries
        began = []
        while let next = machine.decide() {
            machine.apply(next)
            journal.append(next)
        }
    }

    var running: [String] {
        machine.targets.filter { $0.value.phase == .running }.map { String($0.key.rawValue.suffix(1)) }.sorted()
    }
    var reverting: [String] {
        machine.targets.filter { $0.value.phase == .reverting }.map { String($0.key.rawValue.suffix(1)) }.sorted()
    }
}

@Suite("Rollout decisions") struct RolloutMachineTests {
    let a = Plans.target("a")
    let b = Plans.target("b")
    let c = Plans.target("c", host: "h2")
    let d = Plans.target("d", host: "h2")

    @Test func `the canary runs alone and the next wave waits for it`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b, c, d]])))
        #expect(bench.running == ["a"])
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == ["b", "c", "d"])
        for target in [b, c, d] { bench.happen(.targetFinished(target.id, .succeeded)) }
        #expect(bench.machine.course == .ended(.succeeded))
        #expect(bench.machine.accounts == [.changed: 4])
    }

    @Test func `limits hold for all and for each host, and order is kept`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b, c, d]], concurrency: 3, perHost: 1)))
        #expect(bench.running == ["a", "c"])
        bench.happen(.targetFinished(c.id, .succeeded))
        #expect(bench.running == ["a", "d"])
    }

    @Test func `the first failure halts, those in flight finish, and what was changed goes back newest first`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b, c, d]], concurrency: 2, perHost: 1)))
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == ["b", "c"])
        bench.happen(.targetFinished(c.id, .failedClean))
        #expect(bench.running == ["b"], "d must not start after the halt")
        bench.happen(.targetFinished(b.id, .succeeded))
        #expect(bench.journal.contains(.rollbackStarted([b.id, a.id])))
        bench.happen(.revertFinished(b.id, .reverted))
        bench.happen(.revertFinished(a.id, .reverted))
        #expect(bench.machine.course == .ended(.rolledBack))
        #expect(bench.machine.accounts == [.rolledBack: 2, .failed: 1, .notStarted: 1])
    }

    @Test func `the last target may fail too and the rollout is not called a success`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b]], onFailure: .halt, maxFailures: 5)))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .failedClean))
        #expect(bench.machine.course == .ended(.failed))
    }

    @Test func `a failure budget is counted over the environment and not anew in each wave`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b], [c], [d]], maxFailures: 1)))
        bench.happen(.targetFinished(a.id, .failedClean))
        bench.happen(.targetFinished(b.id, .failedClean))
        #expect(bench.journal.contains(.halted(.tooManyFailures(environment: "production", failures: 2))))
        #expect(bench.machine.targets[c.id]?.phase == .pending)
    }

    @Test func `a failed target that moved a part of the way goes back as well`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a]])))
        bench.happen(.targetFinished(a.id, .failed(.sql, after: VersionState(version: 9))))
        #expect(bench.reverting == ["a"])
        bench.happen(.revertFinished(a.id, .reverted))
        #expect(bench.machine.course == .ended(.rolledBack))
        #expect(bench.machine.accounts == [.failed: 1])
    }

    @Test func `a dirty target is left alone by the rollback and keeps the outcome from being rolled back`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]])))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .failedDirty))
        #expect(bench.reverting == ["a"])
        bench.happen(.revertFinished(a.id, .reverted))
        #expect(bench.machine.course == .ended(.failed))
        #expect(bench.machine.dirtyTargets == [b.id])
    }

    @Test func `a way back that fails does not stop the others and has its own outcome`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, c], [d]])))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(c.id, .succeeded))
        bench.happen(.targetFinished(d.id, .failedClean))
        bench.happen(.revertFinished(c.id, .unreachable))
        bench.happen(.revertFinished(a.id, .reverted))
        #expect(bench.machine.course == .ended(.rollbackIncomplete))
        bench.restart()
        #expect(bench.reverting == ["c"], "a resume tries only what is left")
        bench.happen(.revertFinished(c.id, .reverted))
        #expect(bench.machine.course == .ended(.rolledBack))
    }

    @Test(arguments: [FailurePolicy.halt, .continue])
    func `halt and continue take nothing back`(policy: FailurePolicy) {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b], [c]], onFailure: policy)))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .failedClean))
        #expect(bench.machine.course == .ended(.failed))
        #expect(bench.machine.accounts == [.changed: 1, .failed: 1, .notStarted: 1])
        bench.restart()
        #expect(bench.running == ["b"], "a resume tries the failed target again")
    }

    @Test func `rollback_wave takes back only the wave that failed`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b, c]], onFailure: .rollbackWave)))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .succeeded))
        bench.happen(.targetFinished(c.id, .failedClean))
        #expect(bench.reverting == ["b"])
        bench.happen(.revertFinished(b.id, .reverted))
        #expect(bench.machine.course == .ended(.failed), "the canary is still on the new version")
    }

    @Test func `an environment waits for its approval`() {
        let staging = Plans.target("s", environment: "staging")
        var bench = Bench(
            Plans.plan(
                Plans.environment("staging", waves: [[staging]]),
                Plans.environment("production", waves: [[a]], approval: true)))
        bench.happen(.targetFinished(staging.id, .succeeded))
        #expect(bench.running.isEmpty)
        #expect(bench.machine.awaitedApproval == ApprovalScope(environment: "production"))
        bench.happen(.approved(ApprovalScope(environment: "production"), by: Bench.me))
        #expect(bench.running == ["a"])
    }

    @Test func `a gate holds the next wave, and one that says no halts`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]], bake: 60)))
        bench.happen(.targetFinished(a.id, .succeeded))
        let canary = WaveID(environment: 0, wave: 0)
        #expect(bench.journal.last == .gateStarted(canary))
        bench.happen(.gateFinished(canary, TargetFailure(kind: .probe, message: "5 errors")))
        #expect(bench.reverting == ["a"])
        #expect(bench.machine.targets[b.id]?.phase == .pending)
    }

    @Test func `a stop lets work in flight finish and a resume goes on`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b, c]], concurrency: 1)))
        bench.happen(.stopRequested(by: Bench.me))
        #expect(bench.machine.isSuspended == false)
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.machine.isSuspended)
        bench.restart()
        #expect(bench.running == ["b"])
    }

    @Test func `a cancelled target that is clean is not a failure and is started again by a resume`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a]])))
        bench.happen(.stopRequested(by: Bench.me))
        bench.happen(.targetFinished(a.id, .failed(.cancelled, after: VersionState(version: 8))))
        #expect(bench.machine.accounts == [.notStarted: 1])
        bench.restart()
        #expect(bench.running == ["a"])
    }

    @Test(arguments: [VersionState?.none, VersionState(version: 8)])
    func `a target cancelled while its connection or its lock was awaited is not a failure`(before: VersionState?) {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]])))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.stopRequested(by: Bench.me))
        let failure = TargetFailure(kind: .cancelled, message: "cancelled")
        bench.happen(.targetFinished(b.id, TargetReport(before: before, after: nil, failure: failure)))
        #expect(bench.machine.accounts == [.changed: 1, before == nil ? .notStarted : .inFlight: 1])
        bench.restart()
        #expect(bench.running == ["b"], "the resume goes on, and rolls nothing back")
    }

    @Test func `a way back that was cancelled before it began is begun again by a resume`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]])))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .failedClean))
        bench.happen(.stopRequested(by: Bench.me))
        let failure = TargetFailure(kind: .cancelled, message: "cancelled")
        bench.happen(.revertFinished(a.id, TargetReport(before: nil, after: nil, failure: failure)))
        #expect(bench.machine.accounts == [.inFlight: 1, .failed: 1])
        #expect(bench.machine.isSuspended)
        bench.restart()
        #expect(bench.reverting == ["a"])
    }

    @Test func `a target that someone else has brought to the goal is not taken back`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b], [c]])))
        let there = VersionState(version: 9)
        bench.happen(.targetFinished(a.id, TargetReport(before: there, after: there)))
        #expect(bench.machine.accounts == [.unchanged: 1, .inFlight: 1, .notStarted: 1])
        bench.happen(.targetFinished(b.id, .succeeded))
        bench.happen(.targetFinished(c.id, .failedClean))
        #expect(bench.reverting == ["b"])
        bench.happen(.revertFinished(b.id, .reverted))
        #expect(bench.machine.course == .ended(.rolledBack))
    }

    @Test func `a target that someone else has moved off the route is not in the rollback`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]])))
        bench.happen(.targetFinished(a.id, .succeeded))
        let elsewhere = VersionState(version: 10)
        let failure = TargetFailure(kind: .moved, message: "moved")
        bench.happen(.targetFinished(b.id, TargetReport(before: elsewhere, after: elsewhere, failure: failure)))
        #expect(bench.reverting == ["a"])
        bench.happen(.revertFinished(a.id, .reverted))
        #expect(bench.machine.course == .ended(.rolledBack))
    }

    @Test func `what a killed process may have done counts as this rollout's when the target is found at the goal`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]])))
        bench.restart()
        let there = VersionState(version: 9)
        bench.happen(.targetFinished(a.id, TargetReport(before: there, after: there)))
        #expect(bench.machine.accounts == [.changed: 1, .inFlight: 1])
        bench.happen(.targetFinished(b.id, .failedClean))
        #expect(bench.reverting == ["a"])
    }

    @Test func `a resume after a rollback begins with the canary and not with the gate of the wave that failed`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]], bake: 60)))
        let canary = WaveID(environment: 0, wave: 0)
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.gateFinished(canary, nil))
        bench.happen(.targetFinished(b.id, .failedDirty))
        bench.happen(.revertFinished(a.id, .reverted))
        #expect(bench.machine.course == .ended(.failed))
        bench.restart()
        #expect(bench.journal.suffix(2) == [.waveStarted(canary), .targetStarted(a.id)])
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.journal.last == .gateStarted(canary))
    }

    @Test func `a resume after a gate that said no asks it again before the next wave`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]], onFailure: .halt, bake: 60)))
        let canary = WaveID(environment: 0, wave: 0)
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.gateFinished(canary, TargetFailure(kind: .probe, message: "5 errors")))
        #expect(bench.machine.course == .ended(.failed))
        bench.restart()
        #expect(bench.journal.last == .gateStarted(canary))
        #expect(bench.running.isEmpty)
    }

    @Test func `a requested rollback looks at a dirty target again, since someone may have repaired it`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b]], onFailure: .halt)))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .failedDirty))
        #expect(bench.machine.course == .ended(.failed))
        bench.restart(.halted(.rollbackRequested))
        #expect(bench.reverting == ["a", "b"])
        let dirty = VersionState(version: 9, isDirty: true)
        let refused = TargetReport(before: dirty, after: dirty, failure: TargetFailure(kind: .dirty, message: "dirty"))
        bench.happen(.revertFinished(a.id, .reverted))
        var repaired = bench
        bench.happen(.revertFinished(b.id, refused))
        #expect(bench.machine.course == .ended(.rollbackIncomplete))
        bench.restart()
        #expect(bench.reverting == ["b"], "a resume goes on with the rollback, never forward")
        repaired.happen(.revertFinished(b.id, .reverted))
        #expect(repaired.machine.course == .ended(.rolledBack))
        #expect(repaired.machine.dirtyTargets.isEmpty)
    }

    @Test func `what was in flight when the process died is started again, and is in the scope of a rollback`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, c]])))
        bench.happen(.targetFinished(a.id, .succeeded))
        var forward = bench
        forward.restart()
        #expect(forward.running == ["c"])
        bench.restart(.halted(.rollbackRequested))
        #expect(bench.reverting == ["a", "c"], "only the database knows whether c was changed")
    }

    @Test func `a target that is there already is never started`() {
        let done = PlannedTarget(
            target: b, route: Route(from: 9, steps: []), back: Route(from: 9, steps: []))
        let environment = PlannedEnvironment(
            name: "production", rules: EnvironmentRules(approval: ApprovalRule()),
            waves: [PlannedWave(name: "all", gate: PlannedGate(bakeSeconds: 600), targets: [done])])
        let bench = Bench(Plans.plan(environment))
        #expect(bench.machine.course == .ended(.succeeded), "no approval and no bake for nothing")
        #expect(bench.machine.accounts == [.unchanged: 1])
    }

    @Test func `a connection that was lost leaves the target in the scope of the rollback`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a]])))
        bench.happen(.targetFinished(a.id, .lost))
        #expect(bench.reverting == ["a"])
    }
}
