import FleetModel
import Testing

@testable import Rollout

@Suite("Targets on which others hold locks") struct DeferredTests {
    let a = Plans.target("a")
    let b = Plans.target("b")
    let c = Plans.target("c", host: "h2")

    @Test func `a deferred target is no failure and is tried once more when the others of its wave have ended`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b, c]])))
        bench.happen(.targetFinished(a.id, .deferred))
        #expect(bench.running == ["b", "c"])
        #expect(bench.machine.accounts == [.deferred: 1, .inFlight: 2])
        bench.happen(.targetFinished(b.id, .succeeded))
        #expect(bench.running == ["c"])
        bench.happen(.targetFinished(c.id, .succeeded))
        #expect(bench.journal.suffix(2) == [.waveRepeated(WaveID(environment: 0, wave: 0)), .targetStarted(a.id)])
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.machine.course == .ended(.succeeded))
    }

    @Test(arguments: [FailurePolicy.rollback, .rollbackWave, .halt])
    func `one that is deferred still leaves the rollout before the next wave and before the gate`(
        policy: FailurePolicy
    ) {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b], [c]], onFailure: policy, bake: 60)))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .deferred))
        bench.happen(.targetFinished(b.id, .deferred))
        #expect(bench.journal.suffix(2) == [.targetsDeferred([b.id]), .suspended])
        #expect(bench.machine.isSuspended)
        #expect(bench.machine.course == .forward)
        #expect(bench.machine.awaitedTargets == [b.id])
        #expect(bench.machine.accounts == [.changed: 1, .deferred: 1, .notStarted: 1])
    }

    @Test func `a resume tries it again, twice, and goes on with the gate and the next wave`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b], [c]], bake: 60)))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .deferred))
        bench.happen(.targetFinished(b.id, .deferred))
        bench.restart()
        #expect(bench.running == ["b"])
        #expect(bench.machine.awaitedTargets.isEmpty)
        bench.happen(.targetFinished(b.id, .deferred))
        #expect(bench.running == ["b"])
        bench.happen(.targetFinished(b.id, .succeeded))
        #expect(bench.journal.last == .gateStarted(WaveID(environment: 0, wave: 0)))
        bench.happen(.gateFinished(WaveID(environment: 0, wave: 0), nil))
        #expect(bench.running == ["c"])
    }

    @Test func `with continue the rollout goes on and waits at its end`() {
        var bench = Bench(
            Plans.plan(Plans.environment(waves: [[a, b], [c]], onFailure: .continue, maxFailures: nil)))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .deferred))
        bench.happen(.targetFinished(b.id, .deferred))
        #expect(bench.running == ["c"])
        bench.happen(.targetFinished(c.id, .succeeded))
        #expect(bench.journal.suffix(2) == [.targetsDeferred([b.id]), .suspended])
        bench.restart()
        #expect(bench.running == ["b"])
        bench.happen(.targetFinished(b.id, .succeeded))
        #expect(bench.machine.course == .ended(.succeeded))
        #expect(bench.machine.accounts == [.changed: 3])
    }

    @Test func `with continue and a failure it ends as failed, and a resume tries both`() {
        var bench = Bench(
            Plans.plan(Plans.environment(waves: [[a, b, c]], onFailure: .continue, maxFailures: nil)))
        bench.happen(.targetFinished(a.id, .failedClean))
        bench.happen(.targetFinished(b.id, .deferred))
        bench.happen(.targetFinished(c.id, .succeeded))
        bench.happen(.targetFinished(b.id, .deferred))
        #expect(bench.machine.course == .ended(.failed))
        #expect(bench.machine.accounts == [.changed: 1, .failed: 1, .deferred: 1])
        bench.restart()
        #expect(bench.running == ["a", "b"])
    }

    @Test func `a failure beside it halts, and what it had taken of its way goes back as well`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b, c]])))
        bench.happen(.targetFinished(a.id, .failed(.deferred, after: VersionState(version: 9))))
        bench.happen(.targetFinished(b.id, .deferred))
        bench.happen(.targetFinished(c.id, .failedClean))
        #expect(bench.reverting == ["a"])
        bench.happen(.revertFinished(a.id, .reverted))
        #expect(bench.machine.course == .ended(.rolledBack))
        #expect(bench.machine.accounts == [.rolledBack: 1, .deferred: 1, .failed: 1])
    }

    @Test func `one that is dirty is a failure, whatever made it so`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a]])))
        bench.happen(.targetFinished(a.id, .failed(.deferred, after: VersionState(version: 9, isDirty: true))))
        #expect(bench.machine.accounts == [.failed: 1])
    }

    @Test func `locks in the way of a way back leave the rollback incomplete`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a], [b]])))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .failedClean))
        bench.happen(.revertFinished(a.id, .failed(.deferred, after: VersionState(version: 9))))
        #expect(bench.machine.course == .ended(.rollbackIncomplete))
    }

    @Test func `a stop while it is tried again is a stop`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a]])))
        bench.happen(.targetFinished(a.id, .deferred))
        bench.happen(.stopRequested(by: Bench.me))
        bench.happen(.targetFinished(a.id, .deferred))
        #expect(bench.machine.isSuspended)
        #expect(bench.machine.awaitedTargets.isEmpty)
        bench.restart()
        #expect(bench.running == ["a"])
    }

    @Test func `a rollout that was rolled back on request keeps the account`() {
        var bench = Bench(Plans.plan(Plans.environment(waves: [[a, b]])))
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(b.id, .deferred))
        bench.happen(.targetFinished(b.id, .deferred))
        bench.restart(.halted(.rollbackRequested))
        #expect(bench.reverting == ["a"])
        bench.happen(.revertFinished(a.id, .reverted))
        #expect(bench.machine.course == .ended(.rolledBack))
        #expect(bench.machine.accounts.values.reduce(0, +) == 2)
    }
}
