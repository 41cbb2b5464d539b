import FleetModel
import TestSupport
import Testing

@testable import Rollout

/// Random fleets, random outcomes, random crashes; what must hold in all of them.
@Suite("Any rollout") struct RandomRolloutTests {
    @Test(arguments: 0..<600)
    func `keeps its limits, starts nothing after a halt and accounts for every target once`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let plan = Self.plan(&random)
        let planned = Set(plan.targets.map(\.target.id))
        let endpoints = Dictionary(uniqueKeysWithValues: plan.targets.map { ($0.target.id, $0.target.endpoint) })
        let limits = Dictionary(uniqueKeysWithValues: plan.environments.map { ($0.name, $0) })
        let environments = Dictionary(uniqueKeysWithValues: plan.targets.map { ($0.target.id, $0.target.environment) })
        var bench = Bench(plan)
        var crashes = 0
        var resumes = 0
        var steps = 0
        while steps < 2000 {
            steps += 1
            // A way back that a crash interrupted is `reverting` until it is begun again.
            let flying = bench.machine.targets.filter { bench.machine.queue.inFlight.contains($0.key) }
            for (environment, targets) in Dictionary(grouping: flying.keys, by: { environments[$0] ?? "" }) {
                guard let limit = limits[environment] else { continue }
                #expect(targets.count <= limit.rules.concurrency)
                for onHost in Dictionary(grouping: targets, by: { endpoints[$0] }).values {
                    #expect(onHost.count <= limit.rules.perHost)
                }
            }
            Self.checkMigrationLimits(bench.machine)
            #expect(bench.machine.accounts.values.reduce(0, +) == planned.count)
            if let wanted = bench.machine.awaitedApproval {
                bench.happen(.approved(wanted, by: Bench.me))
                continue
            }
            if case .gateStarted(let wave)? = bench.journal.last(where: { $0.name.hasPrefix("gate") }),
                flying.isEmpty, bench.machine.gate == .open
            {
                bench.happen(
                    .gateFinished(
                        wave, random.chance(of: 5) ? TargetFailure(kind: .probe, message: "no") : nil))
                continue
            }
            bench.began += bench.machine.takePauses()
            if !bench.began.isEmpty, flying.isEmpty || random.chance(of: 4) {
                bench.end(bench.began.remove(at: Int.random(in: bench.began.indices, using: &random)))
                continue
            }
            if bench.machine.isSuspended, !bench.machine.awaitedTargets.isEmpty {
                let deferred = bench.machine.targets.filter { $0.value.phase == .deferred }.keys
                #expect(Set(bench.machine.awaitedTargets).isSubset(of: deferred))
                resumes += 1
                bench.restart()
                continue
            }
            guard let next = flying.keys.sorted().randomElement(using: &random) else { break }
            if crashes < 3, random.chance(of: 8) {
                crashes += 1
                bench.restart()
                continue
            }
            bench.happen(
                flying[next]?.phase == .running
                    ? .targetFinished(next, Self.outcome(&random, mayDefer: resumes < 4))
                    : .revertFinished(next, .reverted))
        }
        guard case .ended(let outcome) = bench.machine.course else {
            Issue.record("seed \(seed) did not end: \(bench.machine.course)")
            return
        }
        Self.checkOrder(bench.journal)
        let left = bench.machine.targets.values.contains { $0.phase == .changed }
        if outcome == .rolledBack { #expect(!left) }
        if outcome == .succeeded {
            #expect(bench.machine.targets.values.allSatisfy { [.changed, .unchanged].contains($0.phase) })
        }
        if outcome != .failed { #expect(bench.machine.accounts[.inFlight] == nil) }
        #expect(bench.machine.inFlightCount == 0)
    }

    /// What the migrations themselves ask for: at most so many at once, so many on a host, or nothing beside.
    static func checkMigrationLimits(_ machine: RolloutMachine) {
        var (all, onHost): ([LimitedMigration: Int], [LimitedMigration: [HostEndpoint: Int]]) = ([:], [:])
        var flying = 0
        for id in machine.queue.inFlight {
            guard let planned = machine.plannedTarget(id) else { continue }
            flying += 1
            let route = machine.targets[id]?.phase == .running ? planned.route : planned.back
            for migration in route.limitedMigrations {
                all[migration, default: 0] += 1
                onHost[migration, default: [:]][planned.target.endpoint, default: 0] += 1
            }
        }
        for (migration, count) in all {
            #expect(count <= migration.limits.concurrency ?? .max)
            #expect(onHost[migration]?.values.max() ?? 0 <= migration.limits.perHost ?? .max)
            if migration.limits.isAlone { #expect(flying == 1) }
        }
    }

    /// No start between a halt and a resume; no target started or reverted twice without an end or a crash between.
    static func checkOrder(_ journal: [RolloutEvent]) {
        var isHalted = false
        var flying: Set<TargetID> = []
        var touched: Set<TargetID> = []
        for event in journal {
            switch event {
            case .halted: isHalted = true
            case .resumed:
                isHalted = false
                flying = []
            case .targetStarted(let target):
                #expect(!isHalted)
                #expect(flying.insert(target).inserted)
                touched.insert(target)
            case .revertStarted(let target):
                #expect(touched.contains(target), "a rollback touches only what this rollout changed")
                #expect(flying.insert(target).inserted)
            case .targetFinished(let target, _), .revertFinished(let target, _):
                flying.remove(target)
            default: break
            }
        }
    }

    static func outcome(_ random: inout SeededGenerator, mayDefer: Bool) -> TargetReport {
        switch Int.random(in: 0..<20, using: &random) {
        case 4 where mayDefer, 5 where mayDefer: .deferred
        case 0: .failedClean
        case 1: .unreachable
        case 2: .failedDirty
        case 3: .lost
        default: .succeeded
        }
    }

    static func plan(_ random: inout SeededGenerator) -> Plan {
        let environments = (0..<Int.random(in: 1...3, using: &random)).map { number in
            let name = "e\(number)"
            let waves = (0..<Int.random(in: 1...4, using: &random)).map { wave in
                (0..<Int.random(in: 1...6, using: &random)).map { place in
                    Plans.target(
                        "w\(wave)t\(place)", host: "h\(Int.random(in: 0..<3, using: &random))", environment: name)
                }
            }
            let limits = (0..<2).map { _ in random.chance(of: 2) ? Self.limits(&random) : nil }
            var kinds: [TargetID: Int] = [:]
            for target in waves.joined() { kinds[target.id] = Int.random(in: 0..<3, using: &random) }
            return Plans.environment(
                name, waves: waves, concurrency: Int.random(in: 1...5, using: &random),
                perHost: Int.random(in: 1...3, using: &random),
                onFailure: FailurePolicy.allCases.randomElement(using: &random) ?? .rollback,
                maxFailures: [0, 0, 1, nil].randomElement(using: &random) ?? 0,
                approval: random.chance(of: 3), bake: random.chance(of: 2) ? 1 : nil
            ) { target in
                switch kinds[target.id] {
                case 0: Plans.planned(target)
                case 1: Plans.planned(target, limits: [limits[0]])
                default: Plans.planned(target, limits: limits.reversed())
                }
            }
        }
        return Plan(fleet: "random", goal: .latest, environments: environments)
    }

    static func limits(_ random: inout SeededGenerator) -> StepLimits {
        StepLimits(
            perHost: random.chance(of: 2) ? Int.random(in: 1...2, using: &random) : nil,
            concurrency: random.chance(of: 2) ? Int.random(in: 1...3, using: &random) : nil,
            delaySeconds: random.chance(of: 3) ? 0.5 : nil, isAlone: random.chance(of: 4))
    }
}
