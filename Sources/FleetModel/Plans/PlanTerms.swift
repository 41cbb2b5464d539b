/// What holds for one rollout as a whole.
public struct PlanTerms: Sendable, Hashable, Codable {
    /// How many targets may fail in all environments together; nil is without a limit of its own.
    public var maxFailures: Int?
    /// The hooks around the rollout.
    public var hooks: HookSet?
    /// How the targets were selected, in the words of the command line; empty for the whole fleet.
    @OrEmpty public var selection: [String]
    /// Targets of the inventory that the rollout leaves out, and why.
    @OrEmpty public var leftOut: [LeftOutTarget]
    /// The names of the findings and hazards that the operator let pass, sorted.
    @OrEmpty public var allowed: [String]
    /// Why versions may go where they have not been proven, in the operator's words; nil where nobody said so.
    public var override: String?

    /// Makes terms; none by default.
    public init(
        maxFailures: Int? = nil, hooks: HookSet? = nil, selection: [String] = [], leftOut: [LeftOutTarget] = [],
        allowed: [String] = [], override: String? = nil
    ) {
        self.maxFailures = maxFailures
        self.hooks = hooks
        self.selection = selection
        self.leftOut = leftOut
        self.allowed = allowed
        self.override = override
    }
}

/// A target of the inventory that a plan leaves out.
public struct LeftOutTarget: Sendable, Hashable, Codable {
    /// Why it is left out.
    public enum Reason: Sendable, Hashable, Codable {
        /// The inventory says `enabled: false`.
        case disabled
        /// The inventory says `skip_until`, and that day has not come.
        case skippedUntil(day: CalendarDay)
        /// It carries a label that the inventory drains.
        case drained(label: String)
        /// It could not be looked at, and the operator let that pass.
        case unreachable(message: String)
    }

    /// The target's name.
    public let target: TargetID
    /// Why it is left out.
    public let reason: Reason

    /// Makes an entry.
    public init(target: TargetID, reason: Reason) {
        self.target = target
        self.reason = reason
    }
}

extension LeftOutTarget.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .disabled: "disabled"
        case .skippedUntil(let day): "skipped until \(day)"
        case .drained(let label): "drained (\(label))"
        case .unreachable(let message): message
        }
    }
}
