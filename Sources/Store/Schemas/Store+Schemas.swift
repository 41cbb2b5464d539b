public import FleetModel
import Foundation
import GRDB

extension Store {
    /// So many of what migrations lead to are kept: what was not made or asked for the longest goes first.
    private static let expectedSchemas = 1000
    /// How old the time of the last use may get before it is written again, in milliseconds: a day.
    private static let useIsKnownFor: Int64 = 86_400_000

    /// What was kept under some keys, whatever made it; of what is kept in another form by an earlier pgfleet, nothing.
    public func expectedSchemas<Body: Decodable & Sendable>(
        _ type: Body.Type, keys: some Collection<String> & Sendable
    ) async throws(StoreError) -> [String: Body] {
        let now = Date.now.milliseconds
        let found = try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT body, used_ms FROM expected_schema WHERE key = ?")
            return try keys.reduce(into: (bodies: [String: Body](), stale: [String]())) { result, key in
                guard let row = try Row.fetchOne(statement, arguments: [key]) else { return }
                result.bodies[key] = try? JournalCoding.value(row["body"])
                if now - (row["used_ms"] as Int64) > Self.useIsKnownFor { result.stale.append(key) }
            }
        }
        if !found.stale.isEmpty {
            try await write { database in
                let statement = try database.cachedStatement(
                    sql: "UPDATE expected_schema SET used_ms = ? WHERE key = ?")
                for key in found.stale { try statement.execute(arguments: [now, key]) }
            }
        }
        return found.bodies
    }

    /// Keeps what migrations lead to, by keys, and forgets what was not made or asked for in a long time.
    public func keepExpectedSchemas(_ bodies: [String: some Encodable & Sendable]) async throws(StoreError) {
        try await write { database in
            let statement = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO expected_schema (key, used_ms, body) VALUES (?, ?, ?)")
            for (key, body) in bodies {
                try statement.execute(arguments: [key, Date.now.milliseconds, try JournalCoding.text(body)])
            }
            try database.execute(
                sql: """
                    DELETE FROM expected_schema WHERE key NOT IN
                    (SELECT key FROM expected_schema ORDER BY used_ms DESC LIMIT ?)
                    """, arguments: [Self.expectedSchemas])
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
