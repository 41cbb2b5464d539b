import FleetModel
import Foundation
import Monitor
import Schema

/// A check as one page that needs nothing else: the fleet as a matrix of versions, and every difference with its targets.
struct CheckPage {
    let report: CheckReport
    let fleet: String
    let now: Date

    var text: String {
        let title = "Check of \(fleet)"
        return HTML.page(
            head: HTML.documentHead(title) + ReportStyle.html,
            body: .tag("main", [], .join([summary, matrix, findings, files, remarks]), footer))
    }

    private var summary: HTML {
        let counts = CheckVerdict.allCases.flatMap { verdict in
            [
                (report.targets(verdict).count, ""),
                (report.files.count { $0.verdict == verdict }, "ways down: "),
            ].filter { $0.0 > 0 }.map { count, what in
                HTML.badge("\(what)\(count) \(verdict.rawValue)", verdict.tint) + .text(" ")
            }
        }
        let facts = [
            ("Compared with", report.against.words), ("Took", report.seconds.secondsText),
            ("Check", report.number.map { "\($0)" } ?? "not kept"), ("Written", now.formatted(.iso8601)),
        ]
        return .tag(
            "header", [], .tag("h1", [], "Check of \(fleet)"), .tag("p", [("class", "outcome")], .join(counts)),
            .tag("dl", [], .join(facts.map { .tag("dt", [], $0.0) + .tag("dd", [], $0.1) })))
    }

    /// A row for each environment and version, a mark for each target in it.
    private var matrix: HTML {
        var seen: Set<String> = []
        let environments = report.targets.map(\.target.environment).filter { seen.insert($0).inserted }
        let versions = Set(report.targets.compactMap { $0.state?.version.text ?? "?" }).sorted { left, right in
            (Int(left) ?? -1, left) > (Int(right) ?? -1, right)
        }
        let unread = report.targets.contains { $0.state == nil } ? ["?"] : []
        let rows = (versions + unread).map { version in
            [HTML.tag("b", [], version)]
                + environments.map { environment in
                    .join(
                        report.targets.filter {
                            $0.target.environment == environment && ($0.state?.version.text ?? "?") == version
                        }.map { check in
                            let name = String(check.target.id.rawValue.dropFirst(environment.count + 1))
                            return .tag(
                                "span",
                                [("class", "badge \(check.verdict.tint.name)"), ("title", "\(check.target.id)")],
                                "\(check.verdict.sign) \(name)") + .text(" ")
                        })
                }
        }
        return .section("Targets by version", .table(["Version"] + environments, rows))
    }

    private var findings: HTML {
        let groups = CheckText(report: report, fleet: fleet).groups
        return .section(
            "Findings",
            .join(
                groups.map { group in
                    let finding = group.finding
                    var html = HTML.tag(
                        "h3", [],
                        .badge(
                            finding.accepted == nil ? finding.severity.rawValue : "accepted",
                            finding.accepted == nil ? finding.severity.tint : .quiet),
                        .text(" " + finding.title))
                    html = html + .tag("p", [("class", "quiet")], group.targets.map(\.rawValue).joined(separator: ", "))
                    if let reason = finding.accepted { html = html + .tag("p", [], "Accepted: \(reason)") }
                    if let failure = finding.failure { html = html + .failure(failure) }
                    if let schema = finding.schema {
                        let lines = DefinitionDiff.lines(expected: schema.expected, live: schema.live)
                        html = html + .lines("pre", [], lines.joined(separator: "\n"))
                    }
                    if !finding.repair.isEmpty {
                        html =
                            html
                            + .details(
                                "Statements that would repair it",
                                .lines("pre", [], finding.repair.map { $0 + ";" }.joined(separator: "\n")))
                    }
                    return html
                }))
    }

    /// What is wrong with ways down; nothing where none were tried.
    private var files: HTML {
        guard !report.files.isEmpty else { return .empty }
        return .section(
            "Ways down",
            .join(
                report.files.map { check in
                    .tag(
                        "p", [], .badge("\(check.verdict.sign) \(check.verdict.rawValue)", check.verdict.tint),
                        .text(
                            " \(FailureText.shortened(check.directory)): \(check.tried) of \(check.versions.of("version")) tried"
                        ))
                        + .join(check.obstacles.map { .tag("p", [], $0) }) + .join(check.findings.map(fileFinding))
                }))
    }

    private func fileFinding(_ finding: CheckFinding) -> HTML {
        let text = FileFindingText(finding: finding)
        let isOpen = finding.accepted == nil
        var html = HTML.tag(
            "h3", [],
            .badge(isOpen ? finding.severity.rawValue : "accepted", isOpen ? finding.severity.tint : .quiet),
            .text(" " + finding.title))
        html = html + .tag("p", [("class", "quiet")], text.place)
        if let reason = finding.accepted { html = html + .tag("p", [], "Accepted: \(reason)") }
        if let failure = finding.failure { html = html + .failure(failure) }
        if !finding.differences.isEmpty {
            html =
                html + .tag("p", [("class", "quiet")], text.legend ?? "")
                + .lines("pre", [], text.report.dropFirst().joined(separator: "\n"))
        }
        return html
    }

    private var remarks: HTML {
        .section("Notes", .join(report.remarks.map { .tag("p", [], $0) }))
    }

    private var footer: HTML {
        .tag(
            "footer", [], "Written by pgfleet \(Tool.version). In differences, - is what should be there, + is what is."
        )
    }
}
