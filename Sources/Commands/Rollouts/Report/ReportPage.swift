import FleetModel
import Foundation
import Rollout
import Store

/// The report of a rollout as one page: everything that a reader of a change ticket asks, from the outcome to the last
/// event. A value of the record and the time at which it is written.
struct ReportPage {
    let record: RolloutRecord
    let machine: RolloutMachine
    let status: RolloutStatus
    let now: Date

    init(record: RolloutRecord, now: Date) {
        self.record = record
        self.now = now
        machine = record.machine()
        status = record.status(in: machine)
    }

    var text: String {
        let title = "Rollout \(record.id) of \(record.plan.fleet)"
        let sections = [
            ReportSummary(page: self).html, ReportFailures(page: self).html, ReportTerms(page: self).html,
            ReportFiles(plan: record.plan).html, ReportWaves(page: self).html, ReportApprovals(page: self).html,
            ReportGates(page: self).html, ReportHooks(page: self).html, ReportTimeline(page: self).html,
        ]
        return HTML.page(
            head: HTML.documentHead(title) + ReportStyle.html,
            body: .tag("main", [], .join(sections), footer))
    }

    private var footer: HTML {
        .tag("footer", [], "Written by pgfleet \(Tool.version) on \(now.minuteText) from the journal of \(record.id).")
    }

    /// The name of a wave.
    func name(of wave: WaveID) -> String { record.plan.name(of: wave) }
}

extension HTML {
    /// The head of a page that loads nothing and runs nothing, whatever a name in it says.
    static func documentHead(_ title: String) -> HTML {
        .void("meta", [("charset", "utf-8")])
            + .void("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")])
            + .void("meta", [("name", "color-scheme"), ("content", "light dark")])
            + .void(
                "meta",
                [
                    ("http-equiv", "Content-Security-Policy"),
                    ("content", "default-src 'none'; style-src 'unsafe-inline'"),
                ])
            + .tag("title", [], title)
    }

    /// A section with a heading; empty where there is nothing in it.
    static func section(_ title: String, _ content: HTML) -> HTML {
        content == .empty ? .empty : .tag("section", [], .tag("h2", [], title), content)
    }

    /// A table; the widths follow the content.
    static func table(_ titles: [String], _ rows: [[HTML]], class name: String = "") -> HTML {
        let head = tag("tr", [], join(titles.map { .tag("th", [("scope", "col")], $0) }))
        let body = rows.map { row in tag("tr", [], join(row.map { .tag("td", [], $0) })) }
        return tag(
            "div", [("class", "scroll")],
            tag("table", [("class", name)], tag("thead", [], head), tag("tbody", [], join(body))))
    }

    /// Something that is opened by a click, for what is long.
    static func details(_ summary: String, isOpen: Bool = false, _ content: HTML) -> HTML {
        tag("details", isOpen ? [("open", "")] : [], .tag("summary", [], summary), content)
    }

    /// A word with its colour.
    static func badge(_ text: String, _ tint: Paint.Tint?) -> HTML {
        tag("span", [("class", "badge " + (tint?.name ?? "quiet"))], text)
    }

    /// A failure with all that is known of it.
    static func failure(_ failure: TargetFailure) -> HTML {
        var html = tag("div", [("class", "message")], FailureText.headline(failure))
        if let place = failure.place {
            var text = "\(FailureText.shortened(place.file)):\(place.line):\(place.column)"
            if let statement = place.statement, let statements = place.statements {
                text += ", statement \(statement) of \(statements)"
            }
            html = html + tag("div", [("class", "quiet")], text)
            if let excerpt = place.excerpt { html = html + lines("pre", [], excerpt) }
        }
        for (word, text) in [("Hint", failure.hint), ("State", failure.consequence), ("Next", failure.remedy)] {
            if let text { html = html + tag("div", [], tag("b", [], word + ": "), .text(text)) }
        }
        return tag("div", [("class", "failure")], html)
    }
}

extension Paint.Tint {
    /// The name in the style sheet.
    var name: String {
        switch self {
        case .good: "good"
        case .bad: "bad"
        case .warning: "warning"
        case .quiet: "quiet"
        case .strong: "strong"
        case .active: "active"
        }
    }
}
