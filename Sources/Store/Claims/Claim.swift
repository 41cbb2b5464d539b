public import FleetModel

/// The right of one process to work on one rollout and to write its journal.
public struct Claim: Sendable, Hashable {
    /// The rollout's name.
    public let rollout: RolloutID
    /// Grows with each claim of the rollout; a write with an older token is refused, so that a process that was
    /// thought dead and wakes up changes nothing in the journal.
    let token: Int64
}

/// Who holds a claim.
public struct ClaimHolder: Sendable, Hashable, CustomStringConvertible {
    /// The machine's name.
    public let machine: String
    /// The process on it.
    public let process: Int32

    public var description: String { "process \(process) on \(machine)" }
}
