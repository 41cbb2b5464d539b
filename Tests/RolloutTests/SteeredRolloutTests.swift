import FleetModel
import TestSupport
import Testing

@testable import Rollout

/// Random fleets with hooks, windows, gates and retries, and operators who ask for anything at any time; what must hold
/// in all of them.
@Suite("Any rollout that operators steer") struct SteeredRolloutTests {
    @Test(arguments: 0..<600)
    func `starts nothing that it may not, and is rebuilt from its journal at any moment`(seed: UInt64) {
        var world = SteeredWorld(seed: seed)
        var steps = 0
        while steps < 400, world.step(isWild: true) {
            steps += 1
            world.checkLimits()
            if steps % 7 == 0 { world.checkRebuilt() }
        }
        // Then the operators leave it alone, and it has to come to an end.
        world.settle()
        steps = 0
        while steps < 4000, world.step(isWild: false) { steps += 1 }
        world.checkRebuilt()
        let machine = world.bench.machine
        guard case .ended(let outcome) = machine.course else {
            Issue.record("seed \(seed) did not end: \(machine.course)")
            return
        }
        #expect(machine.inFlightCount == 0)
        #expect(machine.accounts.values.reduce(0, +) == world.planned.count)
        let phases = Set(machine.targets.values.map(\.phase))
        switch outcome {
        case .succeeded: #expect(phases.isSubset(of: [.changed, .unchanged, .skipped]), "seed \(seed)")
        case .rolledBack: #expect(machine.targets.values.allSatisfy { !$0.isTouched }, "seed \(seed)")
        case .rollbackIncomplete: #expect(phases.contains(.revertFailed), "seed \(seed)")
        case .failed: break
        }
        SteeredJournal.check(world.bench.journal, world.plan, "seed \(seed)")
    }
}
