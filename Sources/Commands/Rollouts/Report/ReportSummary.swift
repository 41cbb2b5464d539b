import FleetModel
import Foundation
import Rollout
import Store

/// The head of a report: how it ended, what, who, when, and how many targets are where.
struct ReportSummary {
    let page: ReportPage

    var html: HTML {
        let plan = page.record.plan
        let title = HTML.tag("h1", [], .text("Rollout of \(plan.fleet) to \(plan.goal)"))
        return .tag(
            "header", [],
            title + .tag("p", [("class", "outcome")], .badge(page.status.text, page.status.tint), .text(" " + sentence))
                + bar + facts)
    }

    private var sentence: String {
        let accounts = page.machine.accounts
        let parts = TargetAccount.allCases.compactMap { account in
            accounts[account].map { "\($0) \(account.text)" }
        }
        return page.machine.targets.count.of("target") + ": " + parts.joined(separator: ", ")
    }

    /// What was asked for, and the versions that this was.
    private var goal: String {
        let plan = page.record.plan
        let versions = Set(plan.targets.lazy.filter(\.hasWork).map { $0.route.to.text }).sorted()
        guard plan.goal == .latest, !versions.isEmpty else { return plan.goal.description }
        let more = versions.count > 5 ? ", …" : ""
        return "latest: version \(versions.prefix(5).joined(separator: ", "))\(more)"
    }

    /// The accounts as one bar, in parts of a hundred.
    private var bar: HTML {
        let accounts = page.machine.accounts
        let total = Double(max(1, page.machine.targets.count))
        let parts = TargetAccount.allCases.compactMap { account -> HTML? in
            guard let count = accounts[account] else { return nil }
            let share = (Double(count) / total * 10_000).rounded() / 100
            let attributes: [(StaticString, String)] = [
                ("class", account.tint.name), ("style", "flex-basis: \(share)%"), ("title", "\(count) \(account.text)"),
            ]
            return .tag("span", attributes, .empty)
        }
        return .tag("div", [("class", "bar"), ("aria-hidden", "true")], .join(parts))
    }

    private var facts: HTML {
        let record = page.record
        let requester = record.createdBy
        var rows: [(String, HTML)] = [
            ("Rollout", .tag("code", [], record.id.rawValue)),
            ("Goal", .text(goal)),
            ("Started by", .text("\(requester) (process \(requester.process))")),
            ("Created", .text(record.created.formatted(.iso8601))),
        ]
        if let first = record.journal.first, let last = record.journal.last {
            rows.append(("Began", .text(first.time.formatted(.iso8601))))
            let isOver = if case .ended = page.machine.course { true } else { false }
            rows.append(
                (
                    isOver ? "Ended" : "Last event",
                    .text("\(last.time.formatted(.iso8601)), after \((last.seconds - first.seconds).secondsText)")
                ))
        }
        if let override = record.plan.terms.override { rows.append(("Override", .tag("b", [], override))) }
        let list = rows.map { HTML.tag("dt", [], $0.0) + .tag("dd", [], $0.1) }
        return .tag("dl", [], .join(list))
    }
}

/// What was agreed on for this rollout, and the rules of its environments.
struct ReportTerms {
    let page: ReportPage

    var html: HTML {
        let plan = page.record.plan
        let allowed = plan.terms.allowed.map { name in
            let why = Hazard(rawValue: name)?.text
            return HTML.tag("li", [], .tag("code", [], name), .text(why.map { " – \($0)" } ?? ""))
        }
        var rows: [(String, HTML)] = [
            ("Allowed by name", allowed.isEmpty ? .text("nothing") : .tag("ul", [], .join(allowed)))
        ]
        if let limit = plan.terms.maxFailures { rows.append(("Failures tolerated in all", .text("\(limit)"))) }
        for environment in plan.environments {
            rows.append(("Rules of \(environment.name)", .text(RulesText.summary(environment))))
        }
        if !plan.terms.leftOut.isEmpty {
            let list = plan.terms.leftOut.map { HTML.tag("li", [], "\($0.target): \($0.reason)") }
            rows.append(
                (
                    "Left out",
                    .details(
                        plan.terms.leftOut.count.of("target"), isOpen: list.count <= 10, .tag("ul", [], .join(list)))
                ))
        }
        return .section("Terms", .tag("dl", [], .join(rows.map { .tag("dt", [], $0.0) + .tag("dd", [], $0.1) })))
    }
}

/// The files that the targets go through, each once, with its checksum.
struct ReportFiles {
    let plan: Plan

    var html: HTML {
        var targets: [MigrationStep: Int] = [:]
        for planned in plan.targets { for step in planned.route.steps { targets[step, default: 0] += 1 } }
        let steps = targets.keys.sorted {
            ($0.direction == .down ? 1 : 0, $0.version, $0.checksum ?? "")
                < ($1.direction == .down ? 1 : 0, $1.version, $1.checksum ?? "")
        }
        let rows = steps.map { step in
            [
                HTML.text("\(step.version)"), .text(step.title),
                .text(step.direction.rawValue + (step.isTransactional ? "" : ", no transaction")),
                .join(step.hazards.map { .badge($0.rawValue, .warning) + .text(" ") }),
                .text("\(targets[step] ?? 0)"),
                .tag("code", [("class", "sum")], step.checksum ?? "no file"),
            ]
        }
        guard !rows.isEmpty else { return .empty }
        return .section(
            "Files", .table(["Version", "Title", "Way", "Hazards", "Targets", "SHA-256"], rows))
    }
}
