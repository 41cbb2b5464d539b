import FleetModel
import Foundation
import Rollout
import Testing

@testable import Commands

@Suite("The story and the report of a rollout") struct StoryTests {
    /// A rollout of hostile names in which something of each kind happens.
    private static let story: (plan: Plan, events: [RolloutEvent]) = {
        let hostile = Fleets.hostile
        let name = { (index: Int) in hostile[index % hostile.count] + String(index) }
        let bob = Operator(user: hostile[2], machine: hostile[1], process: 2)
        let hook = Hook(name: hostile[1], action: .command(line: hostile[1]))
        let gate = PlannedGate(
            bakeSeconds: 1, checks: hostile.map { GateCheck(name: $0, question: .sql(text: $0, target: nil)) })
        let plan = Fleets.plan(
            [13, 2], name: name,
            rules: EnvironmentRules(approval: ApprovalRule(from: hostile), hooks: HookSet(before: [hook])), gate: gate,
            terms: PlanTerms(
                leftOut: [LeftOutTarget(target: TargetID(rawValue: hostile[2]), reason: .drained(label: hostile[1]))],
                allowed: [hostile[1]], override: hostile[2]), environment: hostile[1])
        let scope = ApprovalScope(environment: hostile[1])
        let id = HookID(point: .environment(name: hostile[1]), moment: .before, index: 0)
        let failure = TargetFailure(kind: .probe, message: hostile[1])
        let events: [RolloutEvent] =
            [
                .started(by: bob), .approvalAwaited(scope),
                .asked(OperatorRequest(number: 1, action: .approve(scope: scope), by: bob, reason: hostile[1])),
                .hookStarted(id),
                .hookFinished(id, HookReport(name: hostile[1], seconds: 1, output: hostile.joined(separator: "\n"))),
                .baselineStarted(plan.first),
                .baselineFinished(
                    plan.first, [Baseline(check: hostile[1], target: plan.firstTargets[0], value: 3)], nil),
                .waveStarted(plan.first),
            ]
            + plan.firstTargets.map { .targetStarted($0) }
            + hostile.indices.map { .targetFinished(plan.firstTargets[$0], Fleets.bad(hostile[$0])) }
            + [
                .targetFinished(plan.firstTargets[12], Fleets.good), .gateStarted(plan.first),
                .gateFinished(plan.first, failure), .halted(.gateFailed(environment: hostile[1], wave: hostile[2])),
                .stopRequested(by: bob), .ended(.failed),
            ]
        return (plan, events)
    }()

    @Test func `whatever names say, the page has no markup but its own`() {
        let (plan, events) = Self.story
        let page = ReportPage(record: Fleets.record(plan, events), now: Date(timeIntervalSince1970: 2_000_000)).text
        #expect(!page.contains("<script"))
        #expect(!page.contains("<img"))
        #expect(!page.contains("\u{1B}"))
        #expect(!page.contains("\u{202E}"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains("&amp;amp; &amp; so on"))
        let known: Set = [
            "article", "b", "body", "code", "dd", "details", "div", "dl", "dt", "footer", "h1", "h2", "h3", "head",
            "header", "html", "li", "main", "meta", "p", "pre", "section", "span", "style", "summary", "table", "tbody",
            "td", "th", "thead", "title", "tr", "ul", "!DOCTYPE",
        ]
        let names = page.split(separator: "<").dropFirst().map { part in
            String(part.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "!" })
        }
        #expect(Set(names).subtracting(known) == [])
        for word in ["src=", "href=", "url(", "@import", "http://", "https://"] {
            let own = page.replacing("src=x onerror", with: "")
            #expect(!own.contains(word), "nothing is loaded: \(word)")
        }
    }

    @Test func `the page tells what a change ticket asks`() {
        let (plan, events) = Self.story
        let page = ReportPage(record: Fleets.record(plan, events), now: Date(timeIntervalSince1970: 2_000_000)).text
        for title in [
            "Needs someone", "Terms", "Files", "Waves", "Approvals and requests", "Gates", "Hooks", "Timeline",
            "Override", "Left out", "SHA-256",
        ] {
            #expect(page.contains(">\(title)<"), "\(title)")
        }
    }

    @Test func `two thousand targets are folded away and stay a page of a bearable size`() {
        let plan = Fleets.plan([2000])
        let targets = plan.firstTargets
        let events: [RolloutEvent] =
            [.started(by: Fleets.me), .waveStarted(plan.first)]
            + targets.flatMap { [.targetStarted($0), .targetFinished($0, Fleets.good)] as [RolloutEvent] }
            + [.ended(.succeeded)]
        let page = ReportPage(record: Fleets.record(plan, events), now: .now).text
        #expect(!page.contains("<details open"))
        #expect(page.utf8.count < 3_000_000)
        let story = RolloutStory.lines(Fleets.journal(events), of: plan, paint: .plain)
        #expect(story.count < 20, "\(story)")
        #expect(story.contains { $0.contains("2000 targets on 9") })
    }

    @Test func `the story names every failure, and steers no terminal`() {
        let (plan, events) = Self.story
        let text = EventText(plan: plan, paint: .plain)
        let story = RolloutStory.lines(Fleets.journal(events), of: plan, paint: .plain)
        let all = text.entries(Fleets.journal(events)).flatMap(\.lines)
        for line in story + all {
            #expect(
                !line.unicodeScalars.contains {
                    [.control, .format].contains($0.properties.generalCategory) && $0 != "\t"
                })
        }
        #expect(story.count { $0.contains(" failed (") } == Fleets.hostile.count)
    }

    @Test func `targets of which nothing was heard are named`() {
        let plan = Fleets.plan([2])
        let story = RolloutStory.lines(
            Fleets.journal([
                .started(by: Fleets.me), .waveStarted(plan.first), .targetStarted(plan.firstTargets[0]),
            ]), of: plan, paint: .plain)
        #expect(story.last?.contains("\(plan.firstTargets[0]) has not ended") == true, "\(story)")
    }
}
