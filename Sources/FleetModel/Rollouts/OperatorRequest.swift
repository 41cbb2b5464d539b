/// What an operator asked of a rollout, perhaps from another process: kept in the store until whoever works on the
/// rollout takes it into the journal.
public struct OperatorRequest: Sendable, Hashable, Codable {
    /// What is asked.
    public enum Action: Sendable, Hashable, Codable {
        /// Nothing new starts until `resume`; what is in flight finishes.
        case pause
        /// Go on after a pause.
        case resume
        /// Nothing new starts any more; taken back or left as it is. `cancels` also cancels what is in flight.
        case abort(takesBack: Bool, cancels: Bool)
        /// A yes.
        case approve(scope: ApprovalScope)
        /// A no: the rollout ends, and what it changed is taken back or left as it is.
        case reject(scope: ApprovalScope, takesBack: Bool)
        /// The rollout goes on without this target.
        case skip(target: TargetID)
        /// A failed target is tried once more; its failure does not count any more.
        case retry(target: TargetID)
    }

    /// From 1 in each rollout, in the order in which they were asked.
    public let number: Int64
    /// What is asked.
    public let action: Action
    /// Who asks.
    public let by: Operator
    /// The groups that they are in on their machine.
    public let groups: [String]
    /// Why, in their words.
    public let reason: String?

    /// Makes a request.
    public init(number: Int64, action: Action, by: Operator, groups: [String] = [], reason: String? = nil) {
        self.number = number
        self.action = action
        self.by = by
        self.groups = groups
        self.reason = reason
    }
}
