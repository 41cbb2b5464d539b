public import FleetModel

/// A rollout as the store knows it.
public struct RolloutRecord: Sendable, Hashable {
    /// Its name.
    public let id: RolloutID
    /// Milliseconds since 1970-01-01 UTC.
    public let createdMilliseconds: Int64
    /// Who made it.
    public let createdBy: Operator
    /// What it does.
    public let plan: Plan
    /// Everything that was announced and seen, in order.
    public let journal: [JournaledEvent]
    /// The living process that works on it.
    public let holder: ClaimHolder?
}

extension RolloutRecord {
    /// - Throws: `claimed` when a living process worked on it as it was read.
    public func refuseIfHeld(in store: Store) throws(StoreError) {
        if let holder { throw StoreError(.claimed(by: holder), path: store.path) }
    }
}
