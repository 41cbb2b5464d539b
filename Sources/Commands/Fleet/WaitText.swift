import FleetModel
import Rollout

/// A wait for people: a summary first, then what is missing.
struct WaitText {
    let findings: [WaitFinding]
    let paint: Paint

    /// How many lines the result has at most.
    static let limit = 12

    init(_ findings: [WaitFinding], _ paint: Paint) {
        self.findings = findings
        self.paint = paint
    }

    private var missing: [WaitFinding] { findings.filter { !$0.isReached } }

    /// One line, for when something has changed; nil when all are there.
    var progress: String? {
        guard let first = missing.first else { return nil }
        if missing.count == 1 { return "waiting for \(first.target.id): \(first.text)" }
        let kinds = Dictionary(grouping: missing, by: \.standing.word).mapValues(\.count)
        let parts = kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($1) \($0)" }
        return "waiting for \(missing.count) of \(findings.count.of("target")): " + parts.joined(separator: ", ")
    }

    /// What came of it.
    func result(of end: VersionWait.End, after seconds: Double) -> [String] {
        let there = findings.count - missing.count
        let versions = Set(findings.map(\.wanted))
        let goal = versions.count == 1 ? "version \(versions.first.text) or later" : "their newest versions or later"
        let took = seconds.secondsText
        let summary =
            switch end {
            case .reached: paint("✓", .good) + " \(findings.count.of("target")) on \(goal), after \(took)"
            case .dirty:
                paint("✗", .bad)
                    + " \(findings.count { $0.standing == .dirty }) of \(findings.count.of("target")) dirty, \(there) on \(goal)"
            case .timedOut:
                paint("✗", .bad) + " after \(took) \(there) of \(findings.count.of("target")) on \(goal)"
            case .interrupted:
                paint("■", .warning)
                    + " interrupted after \(took): \(there) of \(findings.count.of("target")) on \(goal)"
            }
        // What needs someone stands first.
        let worst = missing.filter { $0.standing == .dirty } + missing.filter { $0.standing != .dirty }
        let room = Self.limit - 1
        let listed = worst.count <= room ? worst[...] : worst.prefix(room - 1)
        let rest = worst.count - listed.count
        return [summary] + listed.map { "  \($0.target.id): \($0.text)".harmless }
            + (rest > 0 ? ["  and \(rest) more"] : [])
    }
}

extension WaitFinding {
    /// What is known of it, in one line.
    fileprivate var text: String {
        switch standing {
        case .unseen: "not reached yet"
        case .reached: "on \((state?.version).text)"
        case .behind: "on \((state?.version).text), wanted \(wanted)"
        case .atWork: "being migrated to \((state?.version).text), wanted \(wanted)"
        case .dirty:
            "dirty on \((state?.version).text)"
                + (target.environment.isEmpty ? "" : "; see: pgfleet status --target \(target.id.argument)")
        case .unreachable(let failure): FailureText.headline(failure)
        }
    }
}

extension WaitFinding.Standing {
    /// The word for it, in the summary and in JSON.
    var word: String {
        switch self {
        case .unseen: "unseen"
        case .reached: "reached"
        case .behind: "behind"
        case .atWork: "at_work"
        case .dirty: "dirty"
        case .unreachable: "unreachable"
        }
    }
}
