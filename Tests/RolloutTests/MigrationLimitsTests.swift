import FleetModel
import Testing

@testable import Rollout

@Suite("Limits of one migration") struct MigrationLimitsTests {
    let a = Plans.target("a")
    let b = Plans.target("b")
    let c = Plans.target("c", host: "h2")
    let d = Plans.target("d", host: "h2")

    /// One wave of the targets; the named ones take a migration with these limits, the others one without.
    func bench(
        _ limits: StepLimits, on limited: Set<String>, of targets: [Target], concurrency: Int = 16, perHost: Int = 16
    ) -> Bench {
        Bench(
            Plans.plan(
                Plans.environment(waves: [targets], concurrency: concurrency, perHost: perHost) { target in
                    Plans.planned(target, limits: limited.contains(target.database) ? [limits] : [])
                }))
    }

    @Test func `so many take it at once, and others go past those that wait for it`() {
        var bench = bench(StepLimits(concurrency: 1), on: ["a", "b", "c"], of: [a, b, c, d])
        #expect(bench.running == ["a", "d"])
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == ["b", "d"])
    }

    @Test func `so many on a host take it at once`() {
        var bench = bench(StepLimits(perHost: 1), on: ["a", "b", "c", "d"], of: [a, b, c, d])
        #expect(bench.running == ["a", "c"])
        bench.happen(.targetFinished(c.id, .succeeded))
        #expect(bench.running == ["a", "d"])
    }

    @Test func `they narrow the environment's limits and never widen them`() {
        let bench = bench(
            StepLimits(perHost: 5, concurrency: 9), on: ["a", "b", "c", "d"], of: [a, b, c, d], concurrency: 3,
            perHost: 1)
        #expect(bench.running == ["a", "c"])
    }

    @Test func `alone waits for the others and keeps others from starting`() {
        var bench = bench(StepLimits(isAlone: true), on: ["b"], of: [a, b, c], concurrency: 1)
        #expect(bench.running == ["a"])
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == ["b"])
        bench.happen(.targetFinished(b.id, .succeeded))
        #expect(bench.running == ["c"])
    }

    @Test func `others go past one that wants to be alone, and it has its turn when they are through`() {
        var bench = bench(StepLimits(isAlone: true), on: ["b"], of: [a, b, c, d])
        #expect(bench.running == ["a", "c", "d"])
        for target in [a, c, d] { bench.happen(.targetFinished(target.id, .succeeded)) }
        #expect(bench.running == ["b"])
        bench.happen(.targetFinished(b.id, .succeeded))
        #expect(bench.machine.course == .ended(.succeeded))
    }

    @Test func `a delay keeps the next one back until its pause is over, and no others`() throws {
        var bench = bench(StepLimits(delaySeconds: 0.5), on: ["a", "b"], of: [a, b, c])
        #expect(bench.running == ["a", "c"])
        let pauses = bench.machine.takePauses()
        #expect(pauses.map(\.length) == [.milliseconds(500)])
        #expect(bench.machine.takePauses().isEmpty, "each is handed out once")
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.happen(.targetFinished(c.id, .succeeded))
        #expect(bench.running.isEmpty)
        bench.end(try #require(pauses.first))
        #expect(bench.running == ["b"])
    }

    @Test func `a pause that ends late does not end the next one`() throws {
        var bench = bench(StepLimits(delaySeconds: 1), on: ["a", "b", "c"], of: [a, b, c])
        let first = try #require(bench.machine.takePauses().first)
        bench.end(first)
        #expect(bench.running == ["a", "b"])
        bench.end(first)
        #expect(bench.running == ["a", "b"])
        bench.end(try #require(bench.machine.takePauses().first))
        #expect(bench.running == ["a", "b", "c"])
    }

    @Test func `a rollout that is taken up again begins without a pause`() {
        var bench = bench(StepLimits(delaySeconds: 60), on: ["a", "b"], of: [a, b])
        bench.restart()
        #expect(bench.running == ["a"])
        #expect(bench.machine.takePauses().count == 1)
    }

    @Test func `the way back obeys the limits of its down files`() {
        var bench = bench(StepLimits(concurrency: 1), on: ["a", "b"], of: [a, b, c, d], concurrency: 2)
        for target in [a, c, b] { bench.happen(.targetFinished(target.id, .succeeded)) }
        #expect(bench.running == ["d"])
        bench.happen(.targetFinished(d.id, .failedClean))
        #expect(bench.reverting == ["b", "c"], "a waits for b and not for a free place")
        bench.happen(.revertFinished(c.id, .reverted))
        #expect(bench.reverting == ["b"])
        bench.happen(.revertFinished(b.id, .reverted))
        #expect(bench.reverting == ["a"])
    }

    @Test func `ten thousand targets on a thousand hosts all have their turn`() {
        let limits = [
            StepLimits(perHost: 1, concurrency: 40), StepLimits(concurrency: 5), StepLimits(perHost: 1), nil,
        ]
        let targets = (0..<10_000).map { Plans.target("t\($0)", host: "h\($0 % 1000)") }
        var queue = LimitedQueue(
            targets.enumerated().map { place, target in
                LimitedQueue.Item(
                    target: target,
                    migrations: Plans.planned(target, limits: [limits[place % 4]]).route.limitedMigrations)
            }, concurrency: 64, perHost: 2)
        var flying: [TargetID] = []
        var started = 0
        while !queue.isDrained {
            while let next = queue.next() {
                queue.start(next)
                flying.append(next)
                started += 1
            }
            #expect(flying.count <= 64)
            guard !flying.isEmpty else { break }
            queue.finish(flying.removeFirst())
        }
        #expect(started == 10_000)
    }
}
