import FleetModel
import GRDB

extension Store {
    /// Writes events in one transaction, if the claim is still the newest one of its rollout.
    ///
    /// `@concurrent`, so that the journal goes back to its own executor by itself afterwards: optimized by Swift 6.3, what
    /// runs on the caller's executor was seen to come back on another one, where the runtime ends the process.
    @concurrent
    func append(_ events: [JournaledEvent], under claim: Claim) async throws(StoreError) {
        let path = path
        try await write { database in
            let token = try Int64.fetchOne(
                database, sql: "SELECT token FROM claim WHERE rollout = ? AND is_released = 0",
                arguments: [claim.rollout.rawValue])
            guard token == claim.token else { throw StoreError(.claimLost, path: path) }
            let insert = try database.cachedStatement(
                sql: "INSERT INTO event (rollout, sequence, at_ms, body) VALUES (?, ?, ?, ?)")
            for event in events {
                try insert.execute(arguments: [
                    claim.rollout.rawValue, event.sequence, event.milliseconds, try JournalCoding.text(event.event),
                ])
            }
            try Self.notePassed(events, of: claim.rollout, in: database)
        }
    }
}
