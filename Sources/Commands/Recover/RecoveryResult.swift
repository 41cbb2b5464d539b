import FleetModel
import Recovery

/// What came of one target.
struct RecoveryResult {
    let target: Target
    /// What was found out; nil for a target that was not dirty any more, or that was not reached.
    var diagnosis: Diagnosis?
    /// The way that was taken, whether it led to its end or not.
    var way: Way?
    /// What the version table said after it.
    var after: VersionState?
    /// Why none was taken although one was asked for.
    var refusal: String?
    var failure: TargetFailure?
    /// Of a refusal that is not the target's.
    var status: ExitStatus?

    init(target: Target, failure: TargetFailure? = nil) {
        self.target = target
        self.failure = failure
    }

    var wasDirty: Bool { diagnosis != nil }

    /// Whether it is dirty now, as far as is known.
    var isDirty: Bool { after.map(\.isDirty) ?? wasDirty }
}
