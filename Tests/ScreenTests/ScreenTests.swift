import FleetModel
import Rollout
import Testing

@testable import Commands

@Suite("The live screen") struct ScreenTests {
    @Test(arguments: [(1, 3), (20, 10), (40, 24), (80, 24), (200, 60)])
    func `no line is wider than the terminal, none is missing its place, and no name steers it`(size: (Int, Int)) {
        let (width, height) = size
        let hostile = Fleets.hostile
        let name = { (index: Int) in hostile[index % hostile.count] + String(index) }
        let checks = hostile.map { GateCheck(name: $0, question: .verifyFiles) }
        let plan = Fleets.plan(
            [30, 2000, 3], name: name, gate: PlannedGate(bakeSeconds: 60, checks: checks), environment: hostile[0])
        let targets = plan.firstTargets
        let events: [RolloutEvent] =
            [.started(by: Fleets.me), .waveStarted(plan.first)] + targets.map { .targetStarted($0) }
        let after = targets.dropLast().map { RolloutEvent.targetFinished($0, Fleets.bad(hostile[0])) }
        let pause = OperatorRequest(number: 1, action: .pause, by: Fleets.me, reason: hostile.joined())
        for events in [events, events + after, events + [.gateStarted(plan.first), .asked(pause)]] {
            let sights = hostile.map {
                GateSight.answered(plan.first, check: $0, TargetFailure(kind: .probe, message: $0), noes: 3)
            }
            let lines = Fleets.screen(plan, events, sights: sights, notices: hostile).text(width: width, height: height)
            #expect(lines.count <= max(3, height - 1))
            for line in lines {
                #expect(line.columns <= width, "\(line)")
                #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(line)")
            }
        }
    }

    @Test func `two thousand targets at work are a bounded number of lines`() {
        let plan = Fleets.plan([2000], rules: EnvironmentRules(concurrency: 2000, perHost: 2000))
        let events: [RolloutEvent] =
            [.started(by: Fleets.me), .waveStarted(plan.first)] + plan.firstTargets.map { .targetStarted($0) }
        let screen = Fleets.screen(plan, events)
        #expect(screen.machine.inFlightCount == 2000)
        #expect(screen.text().count <= 23)
        #expect(screen.text().contains { $0.contains("more at work") })
    }

    @Test func `the longest at work comes first, and stays in sight`() {
        let plan = Fleets.plan([30], rules: EnvironmentRules(concurrency: 30, perHost: 30))
        let targets = plan.firstTargets
        let events: [RolloutEvent] =
            [.started(by: Fleets.me), .waveStarted(plan.first)] + targets.map { .targetStarted($0) }
        let rows = Fleets.screen(plan, events, after: 100).text().filter { $0.contains("8 → 9") }
        #expect(rows.first?.contains(targets[0].rawValue) == true)
        #expect(rows.first?.hasSuffix("2 min 09 s") == true, "\(rows)")
    }

    @Test func `a cell stands for each target where they fit`() {
        let plan = Fleets.plan([5])
        let targets = plan.firstTargets
        let row = Fleets.screen(
            plan,
            [
                .started(by: Fleets.me), .waveStarted(plan.first), .targetStarted(targets[0]),
                .targetFinished(targets[0], Fleets.good), .targetStarted(targets[1]),
                .targetFinished(targets[1], Fleets.bad("no")), .targetStarted(targets[2]),
            ]
        ).text()[1]
        #expect(row.contains("█✗▒░░ "), "\(row)")
        #expect(row.contains("1/5"))
        #expect(row.contains("1 failed"))
    }

    @Test func `one failure among thousands is seen in the bar`() {
        let plan = Fleets.plan([2000])
        let targets = plan.firstTargets
        let events: [RolloutEvent] =
            [.started(by: Fleets.me), .waveStarted(plan.first)]
            + targets.flatMap { [.targetStarted($0), .targetFinished($0, Fleets.good)] as [RolloutEvent] }
            + [.targetStarted(targets[0]), .targetFinished(targets[0], Fleets.bad("no"))]
        let row = Fleets.screen(plan, events).text()[1]
        #expect(row.contains("█✗ "), "\(row)")
    }

    @Test func `a gate counts down, and tells its checks' last answers`() {
        let checks = [
            GateCheck(name: "errors", question: .verifyFiles, failureLimit: 5),
            GateCheck(name: "lag", question: .verifyFiles), GateCheck(name: "silent", question: .verifyFiles),
        ]
        let plan = Fleets.plan([1, 1], gate: PlannedGate(bakeSeconds: 60, checks: checks))
        let text = Fleets.screen(
            plan, [.started(by: Fleets.me), .waveStarted(plan.first), .gateStarted(plan.first)],
            sights: [
                .bakes(plan.first, .seconds(90)),
                .answered(plan.first, check: "errors", TargetFailure(kind: .probe, message: "too many"), noes: 2),
                .answered(plan.first, check: "lag", nil, noes: 0),
            ], after: 20
        ).text().joined(separator: "\n")
        #expect(text.contains("bakes 70 s more"))
        #expect(text.contains("✗ errors  no, 2× of 5 let pass, 0 s ago: too many"))
        #expect(text.contains("✓ lag     yes, 0 s ago"))
        #expect(text.contains("silent  not answered yet"))
    }

    @Test func `an approval tells how many are missing, from whom, and the command`() {
        let plan = Fleets.plan(
            [1], rules: EnvironmentRules(approval: ApprovalRule(count: 3, from: ["bob", "carol", "dora"])))
        let scope = ApprovalScope(environment: "production")
        let bob = Operator(user: "bob", machine: "m", process: 2)
        let text = Fleets.screen(
            plan,
            [
                .started(by: Fleets.me), .approvalAwaited(scope),
                .asked(OperatorRequest(number: 1, action: .approve(scope: scope), by: bob)), .approvalAwaited(scope),
            ]
        ).text().joined(separator: "\n")
        #expect(text.contains("waits for 2 approvals from bob, carol, dora; yes from bob"), "\(text)")
        #expect(text.contains("→ pgfleet rollout approve 20261126-181910-abcd"))
    }

    @Test func `a window, a promotion and another try tell when they come`() {
        let window = MaintenanceWindow(days: Weekday.allCases, from: 22 * 60, to: 23 * 60, zone: "UTC")
        let rules = EnvironmentRules(
            retryDelaySeconds: 30, startTimes: StartTimes(windows: [window]),
            promotion: Promotion(bakeSeconds: 3600, passedMilliseconds: 1_000_000_000))
        let plan = Fleets.plan([1], rules: rules)
        func text(_ event: RolloutEvent, after seconds: Double = 0) -> String {
            Fleets.screen(plan, [.started(by: Fleets.me), event], after: seconds).text().joined(separator: "\n")
        }
        // 1,000,001 s after 1970 is 13:46:41 on 12 January.
        #expect(text(.windowAwaited(environment: "production")).contains("opens 1970-01-12 22:00 UTC, in 8 h 13 min"))
        #expect(text(.promotionAwaited(environment: "production")).contains("1970-01-12 14:46 UTC, in 59 min 59 s"))
        #expect(text(.retriesAwaited(plan.first), after: 10).contains("tried again in 20 s"))
    }

    @Test func `what is left is told once a few targets have finished, and not while people are waited for`() {
        let plan = Fleets.plan([40], rules: EnvironmentRules(concurrency: 2, perHost: 2))
        let targets = plan.firstTargets
        func headline(_ finished: Int, _ more: [RolloutEvent] = []) -> String {
            let events = targets.prefix(finished).flatMap {
                [.targetStarted($0), .targetFinished($0, Fleets.good)] as [RolloutEvent]
            }
            return Fleets.screen(plan, [.started(by: Fleets.me), .waveStarted(plan.first)] + events + more).text()[0]
        }
        #expect(!headline(2).contains("left"))
        // 36 are left, two at once, a second each.
        #expect(headline(4).contains("about 20 s left"), "\(headline(4))")
        let pause = OperatorRequest(number: 1, action: .pause, by: Fleets.me)
        #expect(!headline(4, [.asked(pause)]).contains("left"))
        #expect(!headline(40).contains("left"))
    }
}
