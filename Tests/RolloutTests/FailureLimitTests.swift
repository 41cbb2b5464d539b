import FleetModel
import Inventory
import Testing

@testable import Rollout

/// How many failures are tolerated: so many are, and one more halts.
@Suite("Limits of failures") struct FailureLimitTests {
    @Test(arguments: [
        (10.0, 5, 0), (10.0, 10, 1), (19.9, 10, 1), (20.0, 10, 2), (7.0, 100, 7), (100.0, 3, 3), (0.0, 3, 0),
    ])
    func `a percentage is rounded down`(percent: Double, targets: Int, tolerated: Int) {
        #expect(FailureLimit.percent(percent).count(of: targets) == tolerated)
    }

    private static func targets(_ environment: String) -> [[Target]] {
        (0..<2).map { wave in (0..<3).map { Plans.target("w\(wave)\($0)", environment: environment) } }
    }

    private static func environment(_ name: String, _ limit: Int? = nil, inWave: Int? = nil) -> PlannedEnvironment {
        PlannedEnvironment(
            name: name,
            rules: EnvironmentRules(concurrency: 1, perHost: 1, onFailure: .halt, maxFailures: limit),
            waves: targets(name).enumerated().map { index, targets in
                PlannedWave(name: "w\(index)", maxFailures: inWave, targets: targets.map { Plans.planned($0) })
            })
    }

    /// Lets every target fail that starts, until none does.
    private func failures(_ plan: Plan) -> (count: Int, course: RolloutMachine.Course, reason: HaltReason?) {
        var bench = Bench(plan)
        var count = 0
        while let next = bench.machine.targetsInFlight.first {
            count += 1
            bench.happen(.targetFinished(next, .failedClean))
        }
        let reason = bench.journal.lazy.compactMap { event in
            if case .halted(let reason) = event { reason } else { nil }
        }.first
        return (count, bench.machine.course, reason)
    }

    @Test(arguments: 0...4) func `of an environment are counted over its waves`(limit: Int) {
        let result = failures(Plans.plan(Self.environment("e", limit)))
        #expect(result.count == limit + 1)
        #expect(result.reason == .tooManyFailures(environment: "e", failures: limit + 1))
        #expect(result.course == .ended(.failed))
    }

    @Test(arguments: 0...2) func `of a wave are counted in it alone`(limit: Int) {
        let result = failures(Plans.plan(Self.environment("e", inWave: limit)))
        #expect(result.count == limit + 1)
        #expect(result.reason == .tooManyFailuresInWave(environment: "e", wave: "w0", failures: limit + 1))
    }

    @Test(arguments: [0, 5, 6, 11]) func `of the rollout are counted over its environments`(limit: Int) {
        let result = failures(
            Plan(
                fleet: "f", goal: .latest, environments: [Self.environment("e"), Self.environment("f")],
                terms: PlanTerms(maxFailures: limit)))
        #expect(result.count == limit + 1)
        #expect(result.reason == .tooManyFailuresInAll(environment: limit < 6 ? "e" : "f", failures: limit + 1))
    }

    @Test func `reached and not exceeded let the rollout go on to its end`() {
        let result = failures(Plans.plan(Self.environment("e", 6, inWave: 3)))
        #expect(result.count == 6)
        #expect(result.reason == nil)
        #expect(result.course == .ended(.failed))
    }

    @Test func `what is cancelled by a halt, or is retried, does not count`() {
        let plan = Plans.plan(
            PlannedEnvironment(
                name: "e",
                rules: EnvironmentRules(
                    concurrency: 3, perHost: 3, onFailure: .halt, maxFailures: 0, inFlight: .cancel, retries: 1),
                waves: [PlannedWave(name: "w", targets: Self.targets("e")[0].map { Plans.planned($0) })]))
        let ids = Self.targets("e")[0].map(\.id)
        var bench = Bench(plan)
        bench.happen(.targetFinished(ids[0], .unreachable))
        #expect(bench.machine.course == .forward)
        #expect(bench.machine.targets[ids[0]]?.phase == .retrying)
        bench.happen(.targetFinished(ids[1], .failedClean))
        #expect(bench.machine.course == .halted(.tooManyFailures(environment: "e", failures: 1)))
        #expect(bench.machine.cancelsInFlight(after: .tooManyFailures(environment: "e", failures: 1)))
        bench.happen(.targetFinished(ids[2], .failed(.cancelled, after: VersionState(version: 8))))
        #expect(bench.machine.course == .ended(.failed))
        #expect(bench.machine.accounts == [.failed: 1, .notStarted: 2])
    }

    @Test func `bad luck counts when the tries are spent`() {
        let a = Plans.target("a")
        var bench = Bench(
            Plans.plan(
                PlannedEnvironment(
                    name: "production", rules: EnvironmentRules(onFailure: .halt, retries: 2),
                    waves: [PlannedWave(name: "w", targets: [Plans.planned(a)])])))
        let wave = WaveID(environment: 0, wave: 0)
        for _ in 0..<2 {
            bench.happen(.targetFinished(a.id, .unreachable))
            #expect(bench.machine.awaitedRetries == wave)
            bench.happen(.waveRepeated(wave))
            #expect(bench.running == ["a"])
        }
        bench.happen(.targetFinished(a.id, .unreachable))
        #expect(bench.machine.course == .ended(.failed))
        #expect(bench.machine.targets[a.id]?.phase == .failed)
    }
}
