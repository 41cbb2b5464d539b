public import FleetModel

/// What is seen of a gate while it is watched, for whoever looks on. It is not recorded.
public enum GateSight: Sendable, Hashable {
    /// The wave bakes for so long from now on, what chance adds included.
    case bakes(WaveID, Duration)
    /// A check was asked: why it said no, or nil for a yes, and how often it has said no so far.
    case answered(WaveID, check: String, TargetFailure?, noes: Int)
}
