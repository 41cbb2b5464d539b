public import FleetModel

/// Where a target stands that is waited for.
public struct WaitFinding: Sendable, Hashable {
    /// What is known of it.
    public enum Standing: Sendable, Hashable {
        /// It was not looked at yet.
        case unseen
        /// On the wanted version or a later one, and clean.
        case reached
        /// Clean, on a version below.
        case behind
        /// Someone is migrating it right now: it is marked as dirty, and the migration lock is held.
        case atWork
        /// A migration began there and did not end, and nobody is at work.
        case dirty
        /// Its version cannot be read now.
        case unreachable(TargetFailure)
    }

    /// The target.
    public let target: Target
    /// The version that it is waited for.
    public let wanted: Version
    /// What was found at the last look.
    public internal(set) var standing: Standing
    /// What its version table said at the last look; nil where that was not read.
    public internal(set) var state: VersionState?

    /// Whether there is nothing left to wait for.
    public var isReached: Bool { standing == .reached }

    /// What a look says of a target.
    ///
    /// - Parameter isAtWork: whether someone holds the migration lock; asked of dirty targets only.
    mutating func take(_ found: Result<VersionState, TargetFailure>, isAtWork: Bool) {
        switch found {
        case .success(let state):
            self.state = state
            standing =
                if state.isDirty {
                    isAtWork ? .atWork : .dirty
                } else {
                    state.version.map { $0 >= wanted } ?? false ? .reached : .behind
                }
        case .failure(let failure):
            state = nil
            standing = .unreachable(failure)
        }
    }
}
