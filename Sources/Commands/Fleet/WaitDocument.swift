import FleetModel
import Rollout

/// What a wait came to, in JSON; described in docs/json.md.
struct WaitDocument: Encodable {
    struct Row: Encodable {
        let target: TargetID
        let wanted: Version
        @OrNull var version: Version?
        @OrNull var dirty: Bool?
        let state: String
        @OrNull var error: String?

        init(_ finding: WaitFinding) {
            target = finding.target.id
            wanted = finding.wanted
            version = finding.state?.version
            dirty = finding.state?.isDirty
            state = finding.standing.word
            error = if case .unreachable(let failure) = finding.standing { FailureText.headline(failure) } else { nil }
        }
    }

    struct Summary: Encodable {
        let targets, reached, missing: Int
    }

    let result: VersionWait.End
    let seconds: Double
    let targets: [Row]
    let summary: Summary

    init(_ report: VersionWait.Report, seconds: Double) {
        result = report.end
        self.seconds = seconds
        targets = report.findings.map(Row.init)
        let reached = report.findings.count(where: \.isReached)
        summary = Summary(targets: targets.count, reached: reached, missing: targets.count - reached)
    }
}
