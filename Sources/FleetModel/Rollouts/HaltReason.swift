/// Why no new target starts.
public enum HaltReason: Sendable, Hashable, Codable {
    /// More targets failed than the environment tolerates.
    case tooManyFailures(environment: String, failures: Int)
    /// More targets failed than the wave tolerates.
    case tooManyFailuresInWave(environment: String, wave: String, failures: Int)
    /// More targets failed than the rollout as a whole tolerates.
    case tooManyFailuresInAll(environment: String, failures: Int)
    /// A gate said no, or what it compares with could not be had before the wave.
    case gateFailed(environment: String, wave: String)
    /// A hook failed that stands before something; `environment` is the one that was about to begin or was at work.
    case hookFailed(environment: String, hook: String)
    /// An environment's versions did not pass the ones before it in this rollout, as its promotion demands.
    case notPromoted(environment: String)
    /// An operator asked for the rollback of a rollout that had stopped.
    case rollbackRequested
    /// An operator ended it; `cancels` also cancels what is in flight.
    case aborted(by: Operator, takesBack: Bool, cancels: Bool)
    /// Someone who was asked for an approval said no.
    case rejected(scope: ApprovalScope, by: Operator, takesBack: Bool)
    /// The operator stopped a rollout that was started with `--rollback-on-interrupt`.
    case interrupted(by: Operator)
}

extension HaltReason {
    /// The environment whose policy holds; nil where the operator said what happens.
    public var environment: String? {
        switch self {
        case .tooManyFailures(let name, _), .tooManyFailuresInWave(let name, _, _), .tooManyFailuresInAll(let name, _),
            .gateFailed(let name, _), .hookFailed(let name, _), .notPromoted(let name):
            name
        case .rollbackRequested, .aborted, .rejected, .interrupted: nil
        }
    }
}
