import FleetModel
import TestSupport
import Testing

@testable import Rollout

/// All that happens to a random rollout: what its work comes to, its clock, its operators, and the end of its process.
struct SteeredWorld {
    let plan: Plan
    let planned: Set<TargetID>
    var bench: Bench
    private var random: SeededGenerator
    private let whose: String
    private var crashes = 0
    private var lastRequest: Int64 = 0
    /// The windows that someone watches in this process, and whether they are open.
    private var windows: [String: Bool] = [:]
    /// From then on everything goes well.
    private var isSettled = false

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        plan = SteeredPlans.plan(&random)
        planned = Set(plan.targets.map(\.target.id))
        bench = Bench(plan)
        whose = "seed \(seed)"
    }

    /// The operators' last word: whatever was paused goes on.
    mutating func settle() { isSettled = true }

    /// Lets one thing happen that can.
    ///
    /// - Parameter isWild: whether operators, stops and crashes are among them.
    /// - Returns: whether there was one.
    mutating func step(isWild: Bool) -> Bool {
        var choices = possible()
        if case .ended = bench.machine.course { return isWild ? wild(ended: true) : false }
        if isWild, choices.isEmpty || random.chance(of: 6) { return wild(ended: false) }
        if bench.machine.isSuspended {
            restart()
            return true
        }
        if choices.isEmpty, bench.machine.isPaused { choices = [ask(.resume)] }
        guard let next = choices.randomElement(using: &random) else {
            if case .ended = bench.machine.course { return false }
            Issue.record("\(whose): nothing can happen any more: \(bench.journal.suffix(4))")
            return false
        }
        happen(next)
        return true
    }

    private mutating func happen(_ event: RolloutEvent) {
        let before = bench.journal.count
        bench.happen(event)
        note(before)
    }

    /// A window is watched from its first announcement in a process.
    private mutating func note(_ start: Int) {
        for event in bench.journal[start...] {
            switch event {
            case .windowAwaited(let name) where windows[name] == nil: windows[name] = false
            case .windowOpened(let name): windows[name] = true
            case .windowClosed(let name): windows[name] = false
            default: break
            }
        }
    }

    private mutating func restart() {
        windows = [:]
        let before = bench.journal.count
        bench.restart()
        note(before)
    }

    /// What may be seen next in this process.
    private mutating func possible() -> [RolloutEvent] {
        let machine = bench.machine
        guard !machine.isSuspended else { return [] }
        var events: [RolloutEvent] = []
        for id in machine.queue.inFlight.sorted() {
            if machine.targets[id]?.phase == .running {
                events.append(.targetFinished(id, outcome()))
            } else {
                events.append(.revertFinished(id, random.chance(of: isSettled ? 1000 : 9) ? .failedBack : .reverted))
            }
        }
        if let hook = machine.hookInFlight {
            let fails = !isSettled && random.chance(of: 12)
            events.append(
                .hookFinished(
                    hook,
                    HookReport(
                        name: "h", seconds: 0, failure: fails ? TargetFailure(kind: .hook, message: "no") : nil)))
        }
        if let wave = machine.baselineInFlight { events.append(.baselineFinished(wave, [], refusal(of: 12))) }
        if machine.gate == .open, machine.course == .forward, let wave = machine.wave {
            events.append(.gateFinished(wave, refusal(of: 8)))
        }
        if let scope = machine.awaitedApproval { events.append(ask(.approve(scope: scope))) }
        if let wave = machine.awaitedRetries { events.append(.waveRepeated(wave)) }
        for (name, isOpen) in windows.sorted(by: { $0.key < $1.key }) {
            if !isOpen { events.append(.windowOpened(environment: name)) }
            if isOpen, !isSettled, random.chance(of: 3) { events.append(.windowClosed(environment: name)) }
        }
        return events
    }

    /// What operators do, or the machine under it.
    private mutating func wild(ended: Bool) -> Bool {
        let target = planned.sorted().randomElement(using: &random) ?? TargetID(rawValue: "")
        let scope = ApprovalScope(environment: plan.environments[0].name)
        switch Int.random(in: 0..<16, using: &random) {
        case 0, 1: happen(ask(.pause))
        case 2, 3, 4: happen(ask(.resume))
        case 5, 6: happen(ask(.skip(target: target)))
        case 7, 8, 9: happen(ask(.retry(target: target)))
        case 10: happen(ask(.approve(scope: bench.machine.awaitedApproval ?? scope)))
        case 11 where random.chance(of: 3):
            happen(ask(.abort(takesBack: random.chance(of: 2), cancels: random.chance(of: 2))))
        case 12 where random.chance(of: 3): happen(ask(.reject(scope: scope, takesBack: random.chance(of: 2))))
        case 13 where !ended: happen(.stopRequested(by: Bench.me))
        case 14, 15:
            crashes += 1
            guard crashes < 5 else { return !ended }
            restart()
        default: break
        }
        return true
    }

    private mutating func ask(_ action: OperatorRequest.Action) -> RolloutEvent {
        lastRequest += 1
        return .asked(OperatorRequest(number: lastRequest, action: action, by: Bench.me))
    }

    private mutating func refusal(of sides: Int) -> TargetFailure? {
        !isSettled && random.chance(of: sides) ? TargetFailure(kind: .probe, message: "no") : nil
    }

    private mutating func outcome() -> TargetReport {
        guard !isSettled else { return .succeeded }
        let isStopping = bench.machine.isStopping
        return switch Int.random(in: 0..<16, using: &random) {
        case 0: .failedClean
        case 1, 2: .unreachable
        case 3: .failedDirty
        case 4: .lost
        case 5: .deferred
        case 6 where isStopping: .failed(.cancelled, after: VersionState(version: 8))
        default: .succeeded
        }
    }

    /// How many may be at work at once, for all and for each host.
    func checkLimits() {
        let machine = bench.machine
        for environment in plan.environments {
            let flying = environment.waves.flatMap(\.targets).map(\.target).filter {
                machine.queue.inFlight.contains($0.id)
            }
            #expect(flying.count <= environment.rules.concurrency, "\(whose)")
            for onHost in Dictionary(grouping: flying, by: \.endpoint).values {
                #expect(onHost.count <= environment.rules.perHost, "\(whose)")
            }
        }
        #expect(machine.accounts.values.reduce(0, +) == planned.count, "\(whose)")
    }

    /// A machine that is made of the journal is in the same state, and decides the same: nothing more.
    func checkRebuilt() {
        var rebuilt = RolloutMachine(
            plan: plan,
            journal: bench.journal.enumerated().map {
                JournaledEvent(sequence: Int64($0.offset) + 1, milliseconds: 0, event: $0.element)
            })
        let machine = bench.machine
        #expect(rebuilt.course == machine.course, "\(whose)")
        #expect(rebuilt.wave == machine.wave, "\(whose)")
        #expect(rebuilt.targets == machine.targets, "\(whose)")
        #expect(rebuilt.queue.inFlight == machine.queue.inFlight, "\(whose)")
        #expect(rebuilt.pausedBy == machine.pausedBy, "\(whose)")
        #expect(rebuilt.hooks == machine.hooks, "\(whose)")
        #expect(rebuilt.failures == machine.failures, "\(whose)")
        #expect(rebuilt.approvals == machine.approvals, "\(whose)")
        #expect(rebuilt.lastRequest == machine.lastRequest, "\(whose)")
        #expect(rebuilt.decide() == nil, "\(whose)")
    }
}

extension TargetReport {
    static let failedBack = TargetReport(
        before: VersionState(version: 9), after: VersionState(version: 9),
        failure: TargetFailure(kind: .sql, message: "failed"))
}
