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
                ? rows : rows.filter { $0.standing.kind != .current || $0.standing.isRemarkable }
            lines += [paint(environment, .strong) + "  " + versions(rows, paint)]
            if !listed.isEmpty { lines += table(listed, environment).lines(indent: 2, width: width, paint: paint) }
            lines += errors(listed, paint) + remarks(listed, paint)
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

    /// What is wrong, once for the targets of a host that share it.
    private func errors(_ rows: [StatusReport.Row], _ paint: Paint) -> [String] {
        var groups: [(key: Complaint, targets: [TargetID], lines: [String])] = []
        var places: [Complaint: Int] = [:]
        for row in rows {
            let lines = self.lines(about: row, paint)
            guard !lines.isEmpty else { continue }
            let key = Complaint(row)
            if let place = places[key] {
                groups[place].targets.append(row.target.id)
            } else {
                places[key] = groups.count
                groups.append((key, [row.target.id], lines))
            }
        }
        return groups.flatMap { group in
            let others =
                group.targets.count == 1 ? "" : " and \((group.targets.count - 1).of("other target")) of this host"
            return ["  " + paint("✗", .bad) + " \(group.targets[0])\(others)"] + group.lines
        }
    }

    /// What a target's state does not say: a session at work on it, and versions that a plan would refuse it for.
    private func remarks(_ rows: [StatusReport.Row], _ paint: Paint) -> [String] {
        rows.filter(\.standing.isRemarkable).flatMap { row in
            var lines = ["  " + paint("!", .warning) + " \(row.target.id)"]
            if let session = row.standing.sessionAtWork { lines.append("    at work on it: \(session)".harmless) }
            if let failure = row.standing.outOfOrder {
                lines += FailureText.lines(failure, indent: 4, paint: paint)
            }
            return lines
        }
    }

    /// Targets whose servers cannot be reached for one reason are told of together; every other one is told of by itself.
    private struct Complaint: Hashable {
        let endpoint: HostEndpoint
        let kind: TargetFailure.Kind?
        let target: TargetID?

        init(_ row: StatusReport.Row) {
            endpoint = row.target.endpoint
            kind = row.standing.failure?.kind
            switch kind {
            case .unreachable, .authentication, .tls, .timedOut: target = nil
            default: target = row.target.id
            }
        }
    }

    private func lines(about row: StatusReport.Row, _ paint: Paint) -> [String] {
        if row.standing.kind == .dirty {
            let version = (row.standing.state?.version).text
            return [
                "    dirty: a migration to version \(version) began and did not end"
                    + (row.standing.progress.map { progress in
                        " (\(progress)\(progress.isAtWork ? ", and its session is still at work" : ""))"
                    } ?? ""),
                "    " + paint("→ ", .active)
                    + "See how far it got and what leads out of it: pgfleet recover --target \(row.target.id.argument)",
            ]
        }
        guard var failure = row.standing.failure else { return [] }
        // A look changes nothing, and nobody expects it to.
        failure.consequence = nil
        return FailureText.lines(failure, indent: 4, paint: paint)
    }

    private func summary(_ paint: Paint) -> String {
        let parts = TargetStanding.Kind.allCases.compactMap { kind in
            report.counts[kind].map { paint("\($0) \(kind.rawValue)", kind.tint) }
        }
        return paint(report.rows.count.of("target"), .strong) + ": " + parts.joined(separator: ", ")
    }
}

extension TargetStanding {
    fileprivate var isRemarkable: Bool { sessionAtWork != nil || outOfOrder != nil }
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
