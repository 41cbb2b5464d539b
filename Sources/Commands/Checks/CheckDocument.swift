import FleetModel
import Monitor
import Schema

/// The JSON document of a check; its keys are a contract, described in docs/json.md.
struct CheckDocument: Encodable {
    struct Summary: Encodable {
        let targets, consistent, accepted, unknown, drift, dirty, unreachable: Int
    }

    struct TargetRow: Encodable {
        let environment: String
        let target: TargetID
        @OrNull var version: Version?
        @OrNull var dirty: Bool?
        let verdict: CheckVerdict
        @OrNull var fingerprint: String?
        @OrNull var comparedWith: String?
        let findings: [FindingRow]
    }

    struct FindingRow: Encodable {
        let kind: CheckFinding.Kind
        let severity: SchemaFinding.Severity
        let key, title: String
        @OrNull var object: String?
        @OrNull var change: String?
        @OrNull var expected: String?
        @OrNull var live: String?
        let repair: [String]
        @OrNull var accepted: String?
        let new: Bool
        @OrNull var sinceMs: Int64?
    }

    struct FilesRow: Encodable {
        let files, directory: String
        let versions, tried: Int
        let verdict: CheckVerdict
        let obstacles: [String]
        let findings: [FileFindingRow]
    }

    struct FileFindingRow: Encodable {
        struct Difference: Encodable {
            let object, change: String
            @OrNull var expected: String?
            @OrNull var live: String?
        }

        let kind: CheckFinding.Kind
        let severity: SchemaFinding.Severity
        let key, title: String
        @OrNull var version: Version?
        @OrNull var file: String?
        @OrNull var line: Int?
        let differences: [Difference]
        @OrNull var failure: TargetFailure?
        @OrNull var accepted: String?
        let new: Bool
        @OrNull var sinceMs: Int64?
    }

    @OrNull var check: Int64?
    let against: String
    let seconds: Double
    let remarks: [String]
    let targets: [TargetRow]
    let files: [FilesRow]
    let summary: Summary

    init(_ report: CheckReport) {
        check = report.number
        against = report.against.description
        seconds = report.seconds
        remarks = report.remarks
        targets = report.targets.map { TargetRow($0) }
        files = report.files.map { FilesRow($0) }
        let counts = Dictionary(grouping: report.targets, by: \.verdict).mapValues(\.count)
        summary = Summary(
            targets: report.targets.count, consistent: counts[.consistent] ?? 0, accepted: counts[.accepted] ?? 0,
            unknown: counts[.unknown] ?? 0, drift: counts[.drift] ?? 0, dirty: counts[.dirty] ?? 0,
            unreachable: counts[.unreachable] ?? 0)
    }
}

extension CheckDocument.TargetRow {
    init(_ check: TargetCheck) {
        environment = check.target.environment
        target = check.target.id
        version = check.state?.version
        dirty = check.state?.isDirty
        verdict = check.verdict
        fingerprint = check.fingerprint
        comparedWith = check.comparedWith
        findings = check.findings.map { CheckDocument.FindingRow($0) }
    }
}

extension CheckDocument.FindingRow {
    init(_ finding: CheckFinding) {
        kind = finding.kind
        severity = finding.severity
        key = finding.key
        title = finding.title
        object = finding.schema.map { "\($0.identity)" }
        change = finding.schema?.word
        expected = finding.schema?.expected
        live = finding.schema?.live
        repair = finding.repair
        accepted = finding.accepted
        new = finding.isNew
        sinceMs = finding.sinceMilliseconds
    }
}

extension CheckDocument.FilesRow {
    init(_ check: FilesCheck) {
        files = check.id.rawValue
        directory = check.directory
        versions = check.versions
        tried = check.tried
        verdict = check.verdict
        obstacles = check.obstacles
        findings = check.findings.map { CheckDocument.FileFindingRow($0) }
    }
}

extension CheckDocument.FileFindingRow {
    init(_ finding: CheckFinding) {
        kind = finding.kind
        severity = finding.severity
        key = finding.key
        title = finding.title
        version = finding.file?.version
        file = finding.file?.path
        line = finding.file?.line
        differences = finding.differences.map { difference in
            Difference(
                object: "\(difference.identity)", change: difference.word, expected: difference.expected,
                live: difference.live)
        }
        failure = finding.failure
        accepted = finding.accepted
        new = finding.isNew
        sinceMs = finding.sinceMilliseconds
    }
}
