/// Which targets of an environment a wave releases, and what must hold before the next one starts.
public struct WaveRule: Sendable, Hashable, Codable {
    /// How a wave chooses among the targets that no earlier wave has.
    public enum Share: Sendable, Hashable, Codable {
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
    /// How long to watch after the wave before anything else starts; zero for not at all.
    public let bake: Duration
    /// A query that each changed target must answer with one true value before the next wave starts.
    public let probe: String?

    /// Makes a rule.
    public init(name: String, share: Share, bake: Duration = .zero, probe: String? = nil) {
        self.name = name
        self.share = share
        self.bake = bake
        self.probe = probe
    }

    /// What an environment without `waves` gets: one target and 10 minutes, then 5 % and 25 % with 2 minutes after
    /// each, then the rest. Waves that find no target fall away, so a small environment has fewer; nothing bakes after the last one.
    public static let standard = [
        WaveRule(name: "canary", share: .count(1), bake: .seconds(600)),
        WaveRule(name: "early", share: .percent(5), bake: .seconds(120)),
        WaveRule(name: "quarter", share: .percent(25), bake: .seconds(120)),
        WaveRule(name: "rest", share: .rest),
    ]
}
