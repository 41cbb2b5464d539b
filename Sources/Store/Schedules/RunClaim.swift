public import Foundation

/// The right of one process to run a schedule, and the row that says how the run ends.
///
/// A process of this machine that died holds nothing any more; one that cannot be looked at is believed for 30 s after its last
/// sign of life, as with rollouts.
public struct RunClaim: Sendable, Hashable {
    let id: Int64
    let fleet: String
    let schedule: String
}

/// Whether a schedule is run.
public enum RunDecision: Sendable, Hashable {
    /// Nothing is due.
    case wait
    /// It is, for a time at which it is due; nil where someone runs it by hand.
    case run(due: Date?)
}
