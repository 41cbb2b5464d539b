/// Limits that belong to one migration, as its file asks for them: a heavy index build must not run on all databases of
/// one server at once. They narrow the limits of the inventory and never widen them.
public struct StepLimits: Sendable, Hashable, Codable {
    /// How many targets of one host take it at once.
    public var perHost: Int?
    /// How many targets take it at once.
    public var concurrency: Int?
    /// The pause between the starts of two targets that take it.
    public var delaySeconds: Double?
    /// Whether no other target of the rollout is at work while one takes it.
    public var isAlone: Bool

    /// Takes the limits given.
    public init(perHost: Int? = nil, concurrency: Int? = nil, delaySeconds: Double? = nil, isAlone: Bool = false) {
        self.perHost = perHost
        self.concurrency = concurrency
        self.delaySeconds = delaySeconds
        self.isAlone = isAlone
    }
}
