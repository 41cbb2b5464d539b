internal import FleetModel
internal import Inventory
internal import Migrations
internal import Rollout
internal import Schema

extension TargetCheck {
    /// Puts together what was found of a target.
    init(
        _ target: Target, _ look: Result<TargetSight, TargetFailure>?,
        _ difference: Result<SchemaDifference, TargetFailure>?, _ comparison: Comparison
    ) {
        let sight: TargetSight
        switch look {
        case .success(let found): sight = found
        case .failure(let failure):
            self.init(
                target: target, state: nil, fingerprint: nil, comparedWith: nil, findings: [CheckFinding(failure)])
            return
        case nil:
            self.init(target: target, state: nil, fingerprint: nil, comparedWith: nil, findings: [])
            return
        }
        let state = sight.record.state
        var findings: [CheckFinding] = []
        let version = state.version.map { "\($0)" } ?? "none"
        if state.isDirty {
            findings.append(
                CheckFinding(
                    .dirty, .error, "a migration to version \(version) began and did not end",
                    key: "dirty \(version)"))
        }
        if !sight.edited.isEmpty {
            findings.append(
                CheckFinding(
                    .editedMigration, .error,
                    "applied from files that are not those at hand: \(sight.edited.map { "\($0)" }.joined(separator: ", "))",
                    key: "edited \(sight.edited.map { "\($0)" }.joined(separator: " "))"))
        }
        if !sight.neverApplied.isEmpty {
            findings.append(
                CheckFinding(
                    .outOfOrder, .warning,
                    "never applied, though below its version: "
                        + sight.neverApplied.map { "\($0)" }.joined(separator: ", "),
                    key: "out of order \(sight.neverApplied.map { "\($0)" }.joined(separator: " "))"))
        }
        switch difference {
        case .success(let difference): findings += difference.findings.map(CheckFinding.init)
        case .failure(let failure): findings.append(CheckFinding(failure))
        case nil: break
        }
        let told = Set(findings.compactMap(\.schema?.identity))
        findings += comparison.ailments(of: target.id).filter { !told.contains($0.identity) }.map { object in
            CheckFinding(
                .ailment, .note, "\(object.identity) \(object.ailmentWords), as its migration leaves it",
                key: "ailment \(object.identity)")
        }
        self.init(
            target: target, state: state, fingerprint: sight.fingerprint.short,
            comparedWith: comparison.words(for: target.id),
            findings: findings.sorted { ($1.severity, $0.key) < ($0.severity, $1.key) })
    }
}

extension SchemaObject {
    fileprivate var ailmentWords: String {
        switch ailment {
        case .invalidIndex: "is not valid"
        case .unvalidatedConstraint: "is NOT VALID"
        case .disabledTrigger: "is switched off"
        case nil: "is well"
        }
    }
}
