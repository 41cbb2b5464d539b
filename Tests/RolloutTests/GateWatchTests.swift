import FleetModel
import Synchronization
import Testing

@testable import Rollout

/// How often a check is asked, and what its answers come to. Durations are short; nothing is decided by which of two
/// things takes longer.
@Suite("Watching over a wave") struct GateWatchTests {
    private static let refusal = TargetFailure(kind: .probe, message: "no")

    /// Watches with one check whose answers are given; after them it says yes, or the last answer again.
    private func watch(
        _ answers: [Bool], bake: Double = 0, interval: Double = 0.001, limit: Int = 0, deadline: Double = 600
    ) async -> (outcome: GateWatch.Outcome, asked: Int) {
        let asked = Mutex(0)
        let check = GateCheck(
            name: "c", question: .verifyFiles, intervalSeconds: interval, failureLimit: limit, deadlineSeconds: deadline
        )
        let watch = GateWatch(
            PlannedGate(bakeSeconds: bake, checks: [check]), of: WaveID(environment: 0, wave: 0), jitter: 0
        ) { _ in
            let number = asked.withLock { count in
                count += 1
                return count - 1
            }
            return answers[min(number, answers.count - 1)] ? nil : Self.refusal
        }
        return (await watch.outcome(), asked.withLock { $0 })
    }

    @Test func `without a bake time a check is asked once, and a yes is enough`() async {
        let result = await watch([true])
        #expect(result.outcome == .passed)
        #expect(result.asked == 1)
    }

    @Test func `a no ends the watch, also long before the wave has baked`() async {
        let result = await watch([true, true, false], bake: 3600)
        #expect(result.outcome != .passed)
        #expect(result.asked == 3)
    }

    @Test func `as many as the limit may be a no, and one more is the gate's no`() async {
        let tolerated = await watch([false, false, true], limit: 2)
        #expect(tolerated.outcome == .passed)
        #expect(tolerated.asked == 3)
        let exceeded = await watch([false], limit: 2)
        #expect(exceeded.outcome != .passed)
        #expect(exceeded.asked == 3)
    }

    @Test func `those need not follow on each other`() async {
        let result = await watch([false, true, false, true, false], bake: 3600, limit: 2)
        #expect(result.outcome != .passed)
        #expect(result.asked == 5)
    }

    @Test func `a no at the deadline is the gate's no, whatever the limit`() async {
        let result = await watch([false], limit: 1000, deadline: 0)
        #expect(result.outcome != .passed)
        #expect(result.asked == 1)
    }

    @Test func `the last answer of a bake time is asked at its end`() async {
        // The interval is longer than the bake time, so the end is the only moment.
        let result = await watch([true], bake: 0.02, interval: 3600)
        #expect(result.outcome == .passed)
        #expect(result.asked == 1)
    }

    @Test func `one check of several that says no ends the watch of the others`() async {
        let checks = ["good", "bad"].map { GateCheck(name: $0, question: .verifyFiles, intervalSeconds: 0.001) }
        let watch = GateWatch(PlannedGate(bakeSeconds: 3600, checks: checks), of: WaveID(environment: 0, wave: 0)) {
            check in
            check.name == "bad" ? Self.refusal : nil
        }
        guard case .failed(let failure) = await watch.outcome() else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.message.contains("bad"))
    }

    @Test func `a cancelled watch says neither`() async {
        let watch = GateWatch(PlannedGate(bakeSeconds: 3600), of: WaveID(environment: 0, wave: 0)) { _ in nil }
        let task = Task { await watch.outcome() }
        task.cancel()
        #expect(await task.value == .abandoned)
    }

    @Test func `jitter makes the bake time longer and never shorter`() {
        func bake(_ jitter: Double) -> Duration {
            GateWatch(
                PlannedGate(bakeSeconds: 10, bakeJitterSeconds: 4), of: WaveID(environment: 0, wave: 0), jitter: jitter
            ) { _ in nil }.bake
        }
        #expect(bake(0) == .seconds(10))
        #expect(bake(0.5) == .seconds(12))
        #expect(bake(1) == .seconds(14))
    }

    @Test(arguments: [
        (GateQuestion.Increase.percent(10), 100.0, 110.0), (.percent(10), 0, 0), (.percent(10), -100, -90),
        (.percent(0), 5, 5), (.amount(3), 5, 8), (.amount(0), 5, 5),
    ])
    func `a number may grow by so much`(limit: GateQuestion.Increase, before: Double, bound: Double) {
        #expect(limit.bound(after: before) == bound)
    }
}
