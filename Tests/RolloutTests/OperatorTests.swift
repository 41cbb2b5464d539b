import FleetModel
import Testing

@testable import Rollout

@Suite("What operators ask of a rollout") struct OperatorTests {
    private let a = Plans.target("a")
    private let b = Plans.target("b")
    private let c = Plans.target("c")

    private func bench(
        _ waves: [[Target]], policy: FailurePolicy = .rollback, maxFailures: Int? = 0, bake: Double? = nil
    ) -> Bench {
        Bench(
            Plans.plan(
                Plans.environment(
                    waves: waves, concurrency: 1, onFailure: policy, maxFailures: maxFailures, bake: bake)))
    }

    @Test func `a pause starts nothing new and lets what is in flight finish, and a resume goes on`() {
        var bench = bench([[a, b]])
        bench.ask(.pause)
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == [])
        #expect(bench.machine.isPaused)
        bench.ask(.resume)
        #expect(bench.running == ["b"])
    }

    @Test func `a pause holds the next wave while the gate goes on, and holds the way back`() {
        var bench = bench([[a], [b]], bake: 1)
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.ask(.pause)
        bench.happen(.gateFinished(WaveID(environment: 0, wave: 0), nil))
        #expect(bench.running == [])
        bench.ask(.resume)
        #expect(bench.running == ["b"])

        bench.ask(.pause)
        bench.happen(.targetFinished(b.id, .failedClean))
        #expect(bench.machine.course == .rollback)
        #expect(bench.reverting == [])
        bench.ask(.resume)
        #expect(bench.reverting == ["a"])
    }

    @Test func `a process that takes a paused rollout up ends the pause`() {
        var bench = bench([[a, b]])
        bench.ask(.pause)
        bench.restart()
        #expect(!bench.machine.isPaused)
        #expect(bench.running == ["a"])
    }

    @Test(arguments: [true, false])
    func `an abort is newer than a pause, so what it takes back does not wait for a resume`(takesBack: Bool) {
        var bench = bench([[a], [b]])
        bench.happen(.targetFinished(a.id, .succeeded))
        bench.ask(.pause)
        bench.happen(.targetFinished(b.id, .deferred))
        bench.ask(.abort(takesBack: takesBack, cancels: false))
        #expect(bench.reverting == (takesBack ? ["a"] : []))
        #expect(bench.machine.course == (takesBack ? .rollback : .ended(.failed)))
    }

    @Test func `an abort stands although the process was stopped before it could heed it`() {
        var bench = bench([[a, b]])
        bench.happen(.stopRequested(by: Bench.me))
        bench.ask(.abort(takesBack: false, cancels: false))
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.machine.isSuspended)
        bench.restart()
        #expect(bench.machine.course == .ended(.failed))
        #expect(bench.machine.targets[b.id]?.phase == .pending)
    }

    @Test func `a target that waits is skipped, and the rollout succeeds without it`() {
        var bench = bench([[a, b, c]])
        bench.ask(.skip(target: b.id))
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == ["c"])
        bench.happen(.targetFinished(c.id, .succeeded))
        #expect(bench.machine.course == .ended(.succeeded))
        #expect(bench.machine.accounts[.skipped] == 1)
    }

    @Test func `a target at work is not skipped`() {
        var bench = bench([[a, b]])
        bench.ask(.skip(target: a.id))
        #expect(bench.machine.targets[a.id]?.phase == .running)
    }

    @Test func `a failure that is skipped does not count any more`() {
        var bench = bench([[a, b, c]], maxFailures: 1)
        bench.happen(.targetFinished(a.id, .failedClean))
        bench.ask(.skip(target: a.id))
        bench.happen(.targetFinished(b.id, .failedClean))
        #expect(bench.running == ["c"])
        bench.happen(.targetFinished(c.id, .succeeded))
        #expect(bench.machine.course == .ended(.failed))
    }

    @Test func `a failed target is tried again when the others of its wave have ended`() {
        var bench = bench([[a, b], [c]], maxFailures: 1)
        bench.happen(.targetFinished(a.id, .failedClean))
        bench.ask(.retry(target: a.id))
        #expect(bench.running == ["b"])
        bench.happen(.targetFinished(b.id, .succeeded))
        bench.happen(.waveRepeated(WaveID(environment: 0, wave: 0)))
        #expect(bench.running == ["a"])
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == ["c"])
        bench.happen(.targetFinished(c.id, .succeeded))
        #expect(bench.machine.course == .ended(.succeeded))
    }

    @Test func `one that is tried again after the gate said yes is asked about, too`() {
        let wave = WaveID(environment: 0, wave: 0)
        var bench = Bench(
            Plans.plan(
                PlannedEnvironment(
                    name: "production", rules: EnvironmentRules(onFailure: .rollback, maxFailures: 1),
                    waves: [
                        PlannedWave(
                            name: "canary",
                            gate: PlannedGate(bakeSeconds: 1, approval: ApprovalRule(allowsRequester: true)),
                            targets: [a, b].map { Plans.planned($0) }),
                        PlannedWave(name: "rest", targets: [Plans.planned(c)]),
                    ])))
        bench.happen(.targetFinished(a.id, .failedClean))
        bench.happen(.targetFinished(b.id, .succeeded))
        bench.ask(.retry(target: a.id))
        #expect(bench.machine.gate == .open)
        bench.happen(.gateFinished(wave, nil))
        bench.happen(.waveRepeated(wave))
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.machine.gate == .open)
        #expect(bench.journal.count { $0 == .gateStarted(wave) } == 2)
        bench.happen(.gateFinished(wave, nil))
        #expect(bench.machine.awaitedApproval == ApprovalScope(environment: "production", wave: "canary"))
    }

    @Test func `one of an environment before is tried again without leaving the one at hand`() {
        let hooks = HookSet(after: [Hook(name: "after", action: .command(line: "true"))])
        func environment(_ name: String, _ waves: [[Target]], _ hooks: HookSet? = nil) -> PlannedEnvironment {
            PlannedEnvironment(
                name: name,
                rules: EnvironmentRules(concurrency: 1, onFailure: .continue, maxFailures: nil, hooks: hooks),
                waves: waves.enumerated().map { index, targets in
                    PlannedWave(name: "\(index)", targets: targets.map { Plans.planned($0) })
                })
        }
        let staging = Plans.target("s", environment: "staging")
        var bench = Bench(
            Plans.plan(environment("staging", [[staging]]), environment("production", [[a], [b]], hooks)))
        bench.happen(.targetFinished(staging.id, .failedClean))
        bench.ask(.retry(target: staging.id))
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == ["s"])
        #expect(bench.machine.hookInFlight == nil)
        bench.happen(.targetFinished(staging.id, .succeeded))
        #expect(bench.running == ["b"])
        bench.happen(.targetFinished(b.id, .succeeded))
        #expect(bench.machine.hookInFlight?.point == .environment(name: "production"))
    }

    @Test func `pause and resume at once hold as they were numbered`() {
        var bench = bench([[a, b]])
        for _ in 0..<3 {
            bench.ask(.pause)
            bench.ask(.resume)
        }
        bench.ask(.pause)
        bench.happen(.targetFinished(a.id, .succeeded))
        #expect(bench.running == [])
        #expect(bench.machine.lastRequest == 7)
    }

    @Test func `an approval of someone who may not changes nothing, and counts once for each who may`() {
        let rule = ApprovalRule(count: 2, from: ["bob", "dba"])
        var bench = Bench(
            Plans.plan(
                PlannedEnvironment(
                    name: "production", rules: EnvironmentRules(approval: rule),
                    waves: [PlannedWave(name: "all", targets: [Plans.planned(a)])])))
        let scope = ApprovalScope(environment: "production")
        for (user, groups) in [("mallory", []), ("ada", ["dba"]), ("bob", []), ("bob", [])] {
            bench.ask(.approve(scope: scope), by: user, groups: groups)
            #expect(bench.running == [])
        }
        #expect(bench.machine.approvers(of: scope) == ["bob"])
        bench.ask(.approve(scope: scope), by: "carol", groups: ["dba"])
        #expect(bench.running == ["a"])
    }
}

extension Bench {
    /// Takes a request with the next number.
    mutating func ask(_ action: OperatorRequest.Action, by user: String = "ada", groups: [String] = []) {
        let person = Operator(user: user, machine: "desk", process: 1)
        happen(
            .asked(
                OperatorRequest(number: machine.lastRequest + 1, action: action, by: person, groups: groups)))
    }
}
