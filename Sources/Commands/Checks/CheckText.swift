import FleetModel
import Foundation
import Monitor
import Schema

/// A check for people: what each environment's targets are, then every difference once, with the targets that have it.
struct CheckText {
    let report: CheckReport
    let fleet: String

    /// Targets named in one line.
    private static let namesShown = 6

    func lines(width: Int?, paint: Paint) -> [String] {
        var lines: [String] = []
        for environment in environments {
            let targets = report.targets.filter { $0.target.environment == environment }
            lines.append(paint(environment, .strong) + "  " + counts(of: targets, paint))
            let listed = targets.filter { ![.consistent, .accepted].contains($0.verdict) }
            if !listed.isEmpty { lines += table(listed, environment).lines(indent: 2, width: width, paint: paint) }
        }
        lines += fileLines(paint)
        for group in groups {
            lines.append("")
            lines += text(of: group, paint)
        }
        lines += fileFindings(paint)
        for remark in report.remarks {
            lines += ["", paint("note:", .warning) + " " + remark.harmless]
        }
        return lines + ["", summary(paint)]
    }

    private var environments: [String] {
        var seen: Set<String> = []
        return report.targets.map(\.target.environment).filter { seen.insert($0).inserted }
    }

    private func counts(of targets: [TargetCheck], _ paint: Paint) -> String {
        let counts = Dictionary(grouping: targets, by: \.verdict).mapValues(\.count)
        return CheckVerdict.allCases.compactMap { verdict in
            counts[verdict].map { paint("\($0) \(verdict.rawValue)", verdict.tint) }
        }.joined(separator: ", ")
    }

    private func table(_ targets: [TargetCheck], _ environment: String) -> Table {
        var table = Table([
            .init(title: "TARGET", isFlexible: true), .init(title: "VERSION", isRightAligned: true),
            .init(title: "SCHEMA"), .init(title: "VERDICT"), .init(title: "FINDINGS", isRightAligned: true),
        ])
        for check in targets {
            table.add(
                .init(check.target.id.rawValue.dropFirst(environment.count + 1)),
                .init(check.state.map { $0.version.text } ?? "?"), .init(check.fingerprint ?? "", .quiet),
                .init("\(check.verdict.sign) \(check.verdict.rawValue)", check.verdict.tint),
                .init(check.findings.isEmpty ? "" : "\(check.findings.count)"))
        }
        return table
    }

    /// One finding, on all the targets that have the very same.
    struct Group {
        let finding: CheckFinding
        var targets: [TargetID]
    }

    /// The worst first; notes are left out where there is anything else, and what was accepted is told in one line.
    var groups: [Group] {
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for check in report.targets {
            for finding in check.findings {
                let key = [
                    finding.key, finding.title, finding.schema?.expected ?? "", finding.schema?.live ?? "",
                    finding.accepted ?? "",
                ].joined(separator: "\u{1f}")
                if let place = places[key] {
                    groups[place].targets.append(check.target.id)
                } else {
                    places[key] = groups.count
                    groups.append(Group(finding: finding, targets: [check.target.id]))
                }
            }
        }
        return groups.enumerated().sorted { left, right in
            let (one, other) = (left.element.finding, right.element.finding)
            let ranks = [one, other].map { $0.accepted == nil ? $0.severity.rank : -1 }
            return ranks[0] == ranks[1] ? left.offset < right.offset : ranks[0] > ranks[1]
        }.map(\.element)
    }

    private func text(of group: Group, _ paint: Paint) -> [String] {
        let finding = group.finding
        let isOpen = finding.accepted == nil
        let tint: Paint.Tint = isOpen ? finding.severity.tint : .quiet
        var head = paint(isOpen ? finding.severity.sign : "=", tint) + " " + paint(finding.title.harmless, .strong)
        if isOpen, finding.isNew, report.number != nil { head += paint("  new", .warning) }
        var lines = [head, "  " + paint("on " + names(group.targets), .quiet)]
        if let reason = finding.accepted { return lines + ["  accepted: " + reason.harmless] }
        if let failure = finding.failure { lines += FailureText.lines(failure, indent: 4, paint: paint).dropFirst() }
        if let schema = finding.schema {
            lines += DefinitionDiff.excerpt(expected: schema.expected, live: schema.live, paint).map { "    " + $0 }
        }
        for statement in finding.repair {
            lines += statement.split(separator: "\n").map { "    " + paint("→ ", .active) + $0.harmless }
        }
        if finding.kind == .dirty {
            lines.append(
                "    " + paint("→ ", .active) + "find out how far it got: pgfleet recover --target "
                    + (group.targets.count == 1 ? group.targets[0].argument : "…"))
        }
        return lines
    }

    private func names(_ targets: [TargetID]) -> String {
        let shown = targets.prefix(Self.namesShown).map(\.rawValue.harmless).joined(separator: ", ")
        let more = targets.count - Self.namesShown
        return more > 0 ? "\(shown) and \(more) more" : shown
    }

    private func summary(_ paint: Paint) -> String {
        let counts = counts(of: report.targets, paint)
        let number = report.number.map { " (check \($0) of \(fleet))" } ?? ""
        let legend =
            report.targets.flatMap(\.findings).contains { $0.schema != nil }
            ? paint("  - expected  + found", .quiet) : ""
        return paint(report.targets.count.of("target"), .strong) + ": " + (counts.isEmpty ? "nothing to check" : counts)
            + ", compared with \(report.against.words) in \(report.seconds.secondsText)\(number)" + legend
    }
}

extension CheckOptions.Against {
    var words: String {
        switch self {
        case .expected: "the migrations"
        case .majority: "the majority"
        case .target(let id): id.rawValue.harmless
        }
    }
}

extension SchemaFinding.Severity {
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    var sign: String {
        switch self {
        case .note: "·"
        case .warning: "!"
        case .error: "✗"
        }
    }

    var tint: Paint.Tint {
        switch self {
        case .note: .quiet
        case .warning: .warning
        case .error: .bad
        }
    }
}

extension CheckVerdict {
    /// Stands beside the word, so that colour never says anything alone.
    var sign: String {
        switch self {
        case .consistent: "✓"
        case .accepted: "="
        case .unknown: "?"
        case .drift: "≠"
        case .dirty, .unreachable: "✗"
        }
    }

    var tint: Paint.Tint {
        switch self {
        case .consistent: .good
        case .accepted: .quiet
        case .unknown, .drift: .warning
        case .dirty, .unreachable: .bad
        }
    }
}
