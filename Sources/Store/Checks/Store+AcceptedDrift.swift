public import FleetModel
import Foundation
import GRDB

extension Store {
    /// Records that a difference is meant to be.
    public func accept(_ drift: AcceptedDrift, of fleet: String) async throws(StoreError) -> Int64 {
        try await write { database in
            try database.execute(
                sql: "INSERT INTO accepted_drift (fleet, body, expires_ms) VALUES (?, ?, ?)",
                arguments: [fleet, try JournalCoding.text(drift), drift.expiresMilliseconds])
            return database.lastInsertedRowID
        }
    }

    /// Takes an acceptance back; false where there is none of that number.
    public func revokeAcceptance(_ number: Int64, of fleet: String) async throws(StoreError) -> Bool {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM accepted_drift WHERE id = ? AND fleet = ?", arguments: [number, fleet])
            return database.changesCount > 0
        }
    }

    /// The differences that are meant to be, by their numbers, those included whose time is over.
    public func acceptedDrift(of fleet: String) async throws(StoreError) -> [(number: Int64, drift: AcceptedDrift)] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM accepted_drift WHERE fleet = ? ORDER BY id", arguments: [fleet]
            )
            .map { ($0["id"], try JournalCoding.value($0["body"])) }
        }
    }
}
