public import FleetModel
import Foundation
import GRDB

/// What was added to a rollout's journal, and who works on it now.
public struct RolloutNews: Sendable, Hashable {
    /// In order.
    public let events: [JournaledEvent]
    /// The living process that works on it.
    public let holder: ClaimHolder?
}

extension Store {
    /// What came after an event, without reading the plan and the journal before it again.
    ///
    /// A rollout without a holder gets no more events until someone takes it up.
    public func news(of rollout: RolloutID, after sequence: Int64) async throws(StoreError) -> RolloutNews {
        try await read { database in
            let held = try HeldClaim.find(rollout, in: database)
            return RolloutNews(
                events: try Self.events(of: rollout, after: sequence, in: database),
                holder: held.flatMap { $0.isLive(at: .now) ? $0.holder : nil })
        }
    }

    static func events(
        of rollout: RolloutID, after sequence: Int64, in database: Database
    ) throws -> [JournaledEvent] {
        try Row.fetchAll(
            database,
            sql: "SELECT sequence, at_ms, body FROM event WHERE rollout = ? AND sequence > ? ORDER BY sequence",
            arguments: [rollout.rawValue, sequence]
        ).map {
            JournaledEvent(
                sequence: $0["sequence"], milliseconds: $0["at_ms"], event: try JournalCoding.value($0["body"]))
        }
    }
}
