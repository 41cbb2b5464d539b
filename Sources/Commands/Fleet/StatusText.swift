import FleetModel
import Rollout

/// The status of a fleet for people: a summary that one reads in two seconds, and the targets that need someone.
struct StatusText {
    let report: StatusReport
    let listsAll: Bool

    /// With more targets than this, those that are current are counted and not listed.
    static let listLimit = 60

    func lines(width: Int?, paint: Paint) -> [String] {
        var lines: [String] = []
        for environment in environments {
            let rows = report.rows.filter { $0.target.environment == environment }
            let listed =
                listsAll || report.rows.count <= Self.listLimit
                ? rows : rows.filter { $0.standing.kind != .current }
            lines += [paint(environment, .strong) + "  " + versions(rows, paint)]
            if !listed.isEmpty { lines += table(listed, environment).lines(indent: 2, width: width, paint: paint) }
            lines += errors(listed, paint)
            lines.append("")
        }
        return lines + [summary(paint)]
    }

    private var environments: [String] {
        var seen: Set<String> = []
        return report.rows.map(\.target.environment).filter { seen.insert($0).inserted }
    }

    /// How many targets are on which version, the newest first.
    private func versions(_ rows: [StatusReport.Row], _ paint: Paint) -> String {
        let known = rows.compactMap(\.standing.state)
        let counts = Dictionary(grouping: known, by: \.version).mapValues(\.count)
        let texts = counts.sorted { ($0.key?.number ?? 0, $0.value) > ($1.key?.number ?? 0, $1.value) }
            .map { version, count in "\(count) on \(version.text)" }
        return paint(texts.joined(separator: ", "), .quiet)
    }

    private func table(_ rows: [StatusReport.Row], _ environment: String) -> Table {
        var table = Table([
            .init(title: "TARGET"), .init(title: "VERSION", isRightAligned: true), .init(title: "STATE"),
            .init(title: "PENDING"), .init(title: "HOST", isFlexible: true),
        ])
        for row in rows {
            let standing = row.standing
            table.add(
                .init(row.target.id.rawValue.dropFirst(environment.count + 1)),
                .init(standing.state.map { $0.version.text } ?? "?"),
                .init("\(standing.kind.sign) \(standing.kind.rawValue)", standing.kind.tint),
                .init(pending(standing.pending)), .init(row.target.endpoint.description, .quiet))
        }
        return table
    }

    private func pending(_ versions: [Version]) -> String {
        switch versions.count {
        case 0: ""
        case 1...3: versions.map(String.init(describing:)).joined(separator: " ")
        default: "\(versions.count): \(versions[0]) … \(versions[versions.count - 1])"
        }
    }

    private func errors(_ rows: [StatusReport.Row], _ paint: Paint) -> [String] {
        rows.flatMap { row -> [String] in
            if row.standing.kind == .dirty {
                let version = (row.standing.state?.version).text
                return [
                    "  " + paint("✗", .bad)
                        + " \(row.target.id) is dirty: a migration to version \(version) began and did "
                        + "not end",
                    "    " + paint("→ ", .active)
                        + "Repair it by hand, then say which version it is on: pgfleet migrate "
                        + "force VERSION --target \(row.target.id.argument)",
                ]
            }
            guard var failure = row.standing.failure else { return [] }
            // A look changes nothing, and nobody expects it to.
            failure.consequence = nil
            return ["  " + paint("✗", .bad) + " \(row.target.id)"] + FailureText.lines(failure, indent: 4, paint: paint)
        }
    }

    private func summary(_ paint: Paint) -> String {
        let parts = TargetStanding.Kind.allCases.compactMap { kind in
            report.counts[kind].map { paint("\($0) \(kind.rawValue)", kind.tint) }
        }
        return paint(report.rows.count.of("target"), .strong) + ": " + parts.joined(separator: ", ")
    }
}

extension TargetStanding.Kind {
    /// Stands beside the word, so that colour never says anything alone.
    var sign: String {
        switch self {
        case .current: "✓"
        case .behind: "↑"
        case .ahead: "?"
        case .dirty, .unreachable: "✗"
        }
    }

    var tint: Paint.Tint {
        switch self {
        case .current: .good
        case .behind, .ahead: .warning
        case .dirty, .unreachable: .bad
        }
    }
}
