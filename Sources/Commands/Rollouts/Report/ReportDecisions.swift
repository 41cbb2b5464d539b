import FleetModel
import Foundation
import Rollout
import Store

/// Who approved what and what else operators asked for, with their reasons.
struct ReportApprovals {
    let page: ReportPage

    var html: HTML {
        let rows = page.record.journal.compactMap { entry -> [HTML]? in
            switch entry.event {
            case .approved(let scope, let by):
                [.text(entry.time.formatted(.iso8601)), .text("\(by)"), .text("approved \(scope)"), .empty]
            case .asked(let request):
                [
                    .text(entry.time.formatted(.iso8601)), .text("\(request.by)"),
                    .text(RequestText.action(request.action)), .text(request.reason ?? ""),
                ]
            case .stopRequested(let by):
                [.text(entry.time.formatted(.iso8601)), .text("\(by)"), .text("asked to stop"), .empty]
            default: nil
            }
        }
        guard !rows.isEmpty || needsApproval else { return .empty }
        return .section(
            "Approvals and requests",
            (rows.isEmpty ? .empty : .table(["Time", "Who", "What", "Why"], rows)) + needed)
    }

    private var scopes: [ApprovalScope] {
        page.record.plan.environments.flatMap { environment in
            [ApprovalScope(environment: environment.name)]
                + environment.waves.map { ApprovalScope(environment: environment.name, wave: $0.name) }
        }.filter { page.machine.rule(for: $0) != nil }
    }

    private var needsApproval: Bool { !scopes.isEmpty }

    private var needed: HTML {
        let items = scopes.map { scope in
            let rule = page.machine.rule(for: scope).map(RulesText.approval) ?? ""
            let left = page.machine.approvalsLeft(for: scope)
            let approvers = page.machine.approvers(of: scope)
            let given = approvers.isEmpty ? "nobody approved" : "approved by " + approvers.joined(separator: ", ")
            let place = scope.wave == nil ? "\(scope)" : "what comes after \(scope)"
            return HTML.tag("li", [], "\(place) \(rule): \(given)" + (left > 0 ? ", \(left) missing" : ""))
        }
        return items.isEmpty ? .empty : .tag("ul", [], .join(items))
    }
}

/// The gates that were watched, with their answers.
struct ReportGates {
    let page: ReportPage

    var html: HTML {
        var began: [WaveID: Double] = [:]
        let numbers = page.record.journal.flatMap { entry -> [HTML] in
            guard case .baselineFinished(let id, let numbers, let failure) = entry.event else { return [] }
            let list = numbers.map { HTML.tag("li", [], "\($0.check) of \($0.target): \($0.value.plain)") }
            return [
                .tag(
                    "article", [], .tag("h3", [], "\(page.name(of: id)): numbers from before"),
                    failure.map(HTML.failure)
                        ?? .details(numbers.count.of("number"), isOpen: list.count <= 10, .tag("ul", [], .join(list))))
            ]
        }
        let gates = page.record.journal.flatMap { entry -> [HTML] in
            switch entry.event {
            case .gateStarted(let id):
                began[id] = entry.seconds
                return []
            case .gateFinished(let id, let failure):
                let took = began[id].map { " after \((entry.seconds - $0).secondsText)" } ?? ""
                let verdict = HTML.badge(failure == nil ? "passed" : "said no", failure == nil ? .good : .bad)
                let parts = page.machine.plan.environments[id.environment].waves[id.wave].gate
                let asked = GateText.parts(parts).map { HTML.tag("li", [], $0) }
                return [
                    .tag(
                        "article", [], .tag("h3", [], .text(page.name(of: id) + " "), verdict),
                        .tag("p", [], entry.time.formatted(.iso8601) + took), .tag("ul", [], .join(asked)),
                        failure.map(HTML.failure) ?? .empty)
                ]
            default: return []
            }
        }
        return .section("Gates", .join(numbers + gates))
    }
}

/// The hooks that were done, with what they printed.
struct ReportHooks {
    let page: ReportPage
    static let openLimit = 20

    var html: HTML {
        let rows = page.record.journal.compactMap { entry -> [HTML]? in
            guard case .hookFinished(let id, let report) = entry.event else { return nil }
            let output = report.output.map { HTML.lines("pre", [], $0) } ?? .empty
            return [
                .text(entry.time.formatted(.iso8601)), .text(report.name), .text("\(id.moment.rawValue) \(id.point)"),
                .badge(report.failure == nil ? "done" : "failed", report.failure == nil ? .good : .bad),
                .text(report.seconds.secondsText), output + (report.failure.map(HTML.failure) ?? .empty),
            ]
        }
        guard !rows.isEmpty else { return .empty }
        let table = HTML.table(["Time", "Hook", "Where", "How", "Took", "Output"], rows)
        return .section(
            "Hooks", rows.count <= Self.openLimit ? table : .details(rows.count.of("hook"), table))
    }
}

/// The journal, an event a row. Those of single targets are folded away where there are many.
struct ReportTimeline {
    let page: ReportPage
    static let openLimit = 60

    var html: HTML {
        let text = EventText(plan: page.record.plan, paint: .plain)
        let all = text.entries(page.record.journal)
        let decisions = all.filter { !$0.entry.event.isOfOneTarget }
        let rows = { (entries: [(entry: JournaledEvent, lines: [String])]) in
            HTML.table(
                ["#", "Time (UTC)", "Event"],
                entries.map { entry, lines in
                    let rest = lines.dropFirst().map { $0.trimmingPrefix { $0 == " " } }.joined(separator: "\n")
                    return [
                        .text("\(entry.sequence)"), .text(entry.time.formatted(.iso8601.milliseconds)),
                        .text(lines.first ?? "") + (rest.isEmpty ? .empty : .lines("pre", [], rest)),
                    ]
                }, class: "timeline")
        }
        guard all.count > Self.openLimit else { return .section("Timeline", rows(all)) }
        return .section(
            "Timeline",
            rows(decisions) + .details("All \(all.count) events, those of single targets included", rows(all)))
    }
}

extension RolloutEvent {
    /// Whether it tells of one target's work, of which a rollout has thousands.
    fileprivate var isOfOneTarget: Bool {
        switch self {
        case .targetStarted, .stepFinished, .revertStarted: true
        case .targetFinished(_, let report), .revertFinished(_, let report): report.failure == nil
        case .hookFinished(let id, let report): if case .target = id.point { report.failure == nil } else { false }
        case .started, .resumed, .asked, .approvalAwaited, .approved, .promotionAwaited, .promoted, .windowAwaited,
            .windowOpened, .windowClosed, .hookStarted, .baselineStarted, .baselineFinished, .waveStarted,
            .retriesAwaited, .waveRepeated, .targetsDeferred, .gateStarted, .gateFinished, .environmentPassed, .halted,
            .rollbackStarted, .stopRequested, .suspended, .ended:
            false
        }
    }
}
