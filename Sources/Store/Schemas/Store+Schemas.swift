public import FleetModel
import Foundation
import GRDB

extension Store {
    /// What was kept under a key, whatever made it.
    public func expectedSchema<Body: Decodable & Sendable>(
        _ type: Body.Type, key: String
    ) async throws(StoreError) -> Body? {
        try await read { database in
            let text = try String.fetchOne(
                database, sql: "SELECT body FROM expected_schema WHERE key = ?", arguments: [key])
            return try text.map { try JournalCoding.value($0) }
        }
    }

    /// Keeps what the migrations lead to, and forgets what was not made or asked for in the last 200 such times.
    public func keepExpectedSchema(_ body: some Encodable & Sendable, key: String) async throws(StoreError) {
        try await write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO expected_schema (key, used_ms, body) VALUES (?, ?, ?)",
                arguments: [key, Date.now.milliseconds, try JournalCoding.text(body)])
            try database.execute(
                sql: """
                    DELETE FROM expected_schema WHERE key NOT IN
                    (SELECT key FROM expected_schema ORDER BY used_ms DESC LIMIT 200)
                    """)
        }
    }

    /// What was last seen on targets, by a scope.
    public func seenSchemas<Body: Decodable & Sendable>(
        _ type: Body.Type, scope: String
    ) async throws(StoreError) -> [TargetID: Body] {
        try await read { database in
            let rows = try Row.fetchCursor(
                database, sql: "SELECT target, body FROM seen_schema WHERE scope = ?", arguments: [scope])
            var seen: [TargetID: Body] = [:]
            while let row = try rows.next() {
                // What an earlier pgfleet wrote in another form is not known.
                seen[TargetID(rawValue: row["target"])] = try? JournalCoding.value(row["body"])
            }
            return seen
        }
    }

    /// Keeps what was seen on targets.
    public func keepSeenSchemas(
        _ seen: [TargetID: some Encodable & Sendable], scope: String
    ) async throws(StoreError) {
        try await write { database in
            let statement = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO seen_schema (target, scope, body) VALUES (?, ?, ?)")
            for (target, body) in seen {
                try statement.execute(arguments: [target.rawValue, scope, try JournalCoding.text(body)])
            }
        }
    }
}
