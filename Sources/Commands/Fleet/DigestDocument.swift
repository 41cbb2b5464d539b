import FleetModel
import Migrations
import Rollout

/// A check against a digest, in JSON; described in docs/json.md.
struct DigestDocument: Encodable {
    struct Row: Encodable {
        let target: TargetID
        @OrNull var version: Version?
        @OrNull var dirty: Bool?
        let good: Bool
        let historyCompared: Bool
        @OrNull var reason: String?
        let versions: [Version]
        @OrNull var message: String?

        init(_ finding: DigestCheck.Finding, _ digest: MigrationDigest) {
            target = finding.target.id
            version = finding.state?.version
            dirty = finding.state?.isDirty
            good = finding.reason == nil
            historyCompared = finding.isHistoryCompared
            reason = finding.reason?.word
            versions = finding.reason?.versions ?? []
            message = finding.reason?.text(on: (finding.state?.version).text, wanted: digest)
        }
    }

    let digest: String
    let good: Bool
    let targets: [Row]

    init(_ digest: MigrationDigest, _ findings: [DigestCheck.Finding]) {
        self.digest = "\(digest)"
        targets = findings.map { Row($0, digest) }
        good = targets.allSatisfy(\.good)
    }
}
