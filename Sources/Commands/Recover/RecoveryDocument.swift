import FleetModel
import Migrations
import Recovery
import Schema

/// The JSON document of `recover`; its keys are a contract, described in docs/json.md.
struct RecoveryDocument: Encodable {
    struct Row: Encodable {
        let target: TargetID
        @OrNull var version: Version?
        let dirty: Bool
        @OrNull var verdict: Diagnosis.Verdict?
        let summary: [String]
        @OrNull var witness: Diagnosis.Witness?
        @OrNull var progress: StatementProgress?
        let matches: [Match]
        let versions: [String]
        let unprovable: [UnprovableStatement]
        @OrNull var nearest: Nearest?
        let ways: [WayRow]
        let workers: [OtherSession]
        let remarks: [String]
        @OrNull var way: String?
        @OrNull var after: VersionState?
        @OrNull var refusal: String?
        @OrNull var failure: TargetFailure?
    }

    struct Match: Encodable {
        let version: Version
        let direction: Direction
        let done, statements: Int
        @OrNull var leftInvalid: [String]?
        @OrNull var leftPendingDetach: String?
    }

    struct Nearest: Encodable {
        let match: Match
        let differences: [Difference]
    }

    struct Difference: Encodable {
        let change, kind, name: String
        @OrNull var expected: String?
        @OrNull var live: String?
    }

    struct WayRow: Encodable {
        let name: String
        let kind: Way.Kind
        @OrNull var version: Version?
        let isAvailable, isProven, isAmbiguous, isAutomatic, isOneTransaction: Bool
        let statements, losses: [String]
        let unprovable: [UnprovableStatement]
        @OrNull var obstacle: String?
    }

    let targets: [Row]
    let looked, dirty, recovered: Int

    init(_ results: [RecoveryResult], looked: Int) {
        self.looked = looked
        dirty = results.count(where: \.isDirty)
        recovered = results.count { $0.after?.isDirty == false }
        targets = results.map(Row.init)
    }

    /// The end of the text.
    func sentence(_ paint: Paint) -> String {
        if targets.isEmpty { return paint("✓", .good) + " none of \(looked.of("target")) is dirty" }
        var parts = [looked.of("target")]
        if recovered > 0 { parts.append(paint("\(recovered) recovered", .good)) }
        if dirty > 0 { parts.append(paint("\(dirty) dirty", .bad)) }
        return parts.joined(separator: " · ")
    }
}

extension RecoveryDocument.Row {
    init(_ result: RecoveryResult) {
        let diagnosis = result.diagnosis
        target = result.target.id
        version = (result.after ?? diagnosis?.found)?.version
        dirty = result.isDirty
        verdict = diagnosis?.verdict
        summary = diagnosis.map { DiagnosisText(diagnosis: $0).summary } ?? []
        witness = diagnosis?.witness
        progress = diagnosis?.progress
        matches = diagnosis?.matches.map(RecoveryDocument.Match.init) ?? []
        versions = diagnosis?.versions.map(\.text) ?? []
        unprovable = diagnosis?.unprovable ?? []
        nearest =
            diagnosis?.matches.isEmpty == true
            ? diagnosis?.nearest.map { nearest in
                RecoveryDocument.Nearest(
                    match: RecoveryDocument.Match(nearest),
                    differences: nearest.findings.map(RecoveryDocument.Difference.init))
            } : nil
        ways = diagnosis?.ways.map(RecoveryDocument.WayRow.init) ?? []
        workers = diagnosis?.workers ?? []
        remarks = diagnosis?.remarks ?? []
        way = result.way?.name
        after = result.after
        refusal = result.refusal
        failure = result.failure
    }
}

extension RecoveryDocument.Match {
    init(_ hypothesis: Hypothesis) {
        version = hypothesis.step.version
        direction = hypothesis.step.direction
        done = hypothesis.done
        statements = hypothesis.count
        let names = hypothesis.leftover?.names
        leftInvalid = hypothesis.leftover?.kind == .detaching ? nil : names
        leftPendingDetach = hypothesis.leftover?.kind == .detaching ? names?.first : nil
    }
}

extension RecoveryDocument.Difference {
    init(_ finding: SchemaFinding) {
        change = finding.word
        kind = finding.identity.kind.rawValue
        name = finding.identity.name
        expected = finding.expected
        live = finding.live
    }
}

extension RecoveryDocument.WayRow {
    init(_ way: Way) {
        name = way.name
        kind = way.kind
        version = way.version
        isAvailable = way.isAvailable
        isProven = way.isProven
        isAmbiguous = way.isAmbiguous
        isAutomatic = way.isAutomatic
        isOneTransaction = way.isOneTransaction
        statements = way.texts
        losses = way.losses
        unprovable = way.unprovable
        obstacle = way.obstacle
    }
}
