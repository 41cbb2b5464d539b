import FleetModel
import Migrations
import Rollout

/// A check against a digest for people: a summary first, then the targets that are not good enough.
struct DigestText {
    let digest: MigrationDigest
    let findings: [DigestCheck.Finding]
    let paint: Paint

    /// How many targets are listed at most.
    static let listLimit = 60

    init(_ digest: MigrationDigest, _ findings: [DigestCheck.Finding], _ paint: Paint) {
        self.digest = digest
        self.findings = findings
        self.paint = paint
    }

    var lines: [String] {
        let bad = findings.filter { $0.reason != nil }
        guard !bad.isEmpty else {
            let unread = findings.count { !$0.isHistoryCompared }
            return [
                paint("✓", .good) + " \(findings.count.of("target")) good enough for \(digest.version)"
                    + (unread > 0 ? " (\(unread) without a history to compare: by the version alone)" : "")
            ]
        }
        let rest = bad.count - Self.listLimit
        return [
            paint("✗", .bad) + " \(bad.count) of \(findings.count.of("target")) not good enough for \(digest.version)"
        ]
            + bad.prefix(Self.listLimit).map { finding in
                "  \(finding.target.id): \(finding.reason.map { text($0, finding.state) } ?? "")".harmless
            } + (rest > 0 ? ["  and \(rest) more"] : [])
    }

    private func text(_ reason: DigestCheck.Reason, _ state: VersionState?) -> String {
        reason.text(on: (state?.version).text, wanted: digest)
    }
}

extension DigestCheck.Reason {
    /// The word for it in JSON.
    var word: String {
        switch self {
        case .dirty: "dirty"
        case .behind: "behind"
        case .neverApplied: "never_applied"
        case .otherFiles: "other_files"
        case .otherDigest: "other_digest"
        case .unreachable: "unreachable"
        }
    }

    /// The versions that it is about.
    var versions: [Version] {
        switch self {
        case .neverApplied(let versions), .otherFiles(let versions): versions
        case .dirty, .behind, .otherDigest, .unreachable: []
        }
    }

    /// In one line.
    func text(on version: String, wanted: MigrationDigest) -> String {
        switch self {
        case .dirty: "dirty on \(version)"
        case .behind: "on \(version), wanted \(wanted.version) or later"
        case .neverApplied(let versions): "never applied: \(Self.list(versions))"
        case .otherFiles(let versions): "applied from other files: \(Self.list(versions))"
        case .otherDigest(let own?): "the files here have another digest, \(own)"
        case .otherDigest(nil): "the files here have no version \(wanted.version)"
        case .unreachable(let failure): FailureText.headline(failure)
        }
    }

    private static func list(_ versions: [Version]) -> String {
        let texts = versions.prefix(8).map { "\($0)" }
        return texts.joined(separator: ", ") + (versions.count > 8 ? " and \(versions.count - 8) more" : "")
    }
}
