public import FleetModel

/// Which targets of an environment a wave releases, and what must hold before the next one starts.
public struct WaveRule: Sendable, Hashable {
    /// How a wave chooses among the targets that no earlier wave has.
    public enum Share: Sendable, Hashable {
        /// Those that have all these labels.
        case match([String: String])
        /// This many more.
        case count(Int)
        /// As many more as bring the released part of the environment up to this many percent, rounded up:
        /// cumulative, so 5, 25, 100 ends with all of them. Above 0, at most 100.
        case percent(Double)
        /// All that are left.
        case rest
    }

    /// Unique in its environment.
    public let name: String
    /// Which targets.
    public let share: Share
    /// What must hold after the wave before anything else starts.
    public let gate: PlannedGate
    /// How many targets of the wave may fail; `nil` is without a limit of its own.
    public let maxFailures: FailureLimit?
    /// The hooks around the wave.
    public let hooks: HookSet?

    /// Makes a rule.
    public init(
        name: String, share: Share, gate: PlannedGate = PlannedGate(), maxFailures: FailureLimit? = nil,
        hooks: HookSet? = nil
    ) {
        self.name = name
        self.share = share
        self.gate = gate
        self.maxFailures = maxFailures
        self.hooks = hooks
    }

    private init(_ name: String, _ share: Share, bake: Double) {
        self.init(name: name, share: share, gate: PlannedGate(bakeSeconds: bake))
    }

    /// What an environment without `waves` gets: one target and 10 minutes, then 5 % and 25 % with 2 minutes after
    /// each, then the rest. Waves that find no target fall away, so a small environment has fewer; nothing bakes after the last one.
    public static let standard = [
        WaveRule("canary", .count(1), bake: 600),
        WaveRule("early", .percent(5), bake: 120),
        WaveRule("quarter", .percent(25), bake: 120),
        WaveRule(name: "rest", share: .rest),
    ]
}
