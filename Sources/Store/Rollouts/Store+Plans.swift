public import FleetModel
import Foundation
import GRDB

/// A plan that was saved to be carried out later.
public struct SavedPlan: Sendable, Hashable {
    /// Its name.
    public let id: String
    /// Milliseconds since 1970-01-01 UTC.
    public let createdMilliseconds: Int64
    /// Who saved it.
    public let createdBy: Operator
    /// What it does.
    public let plan: Plan
}

extension Store {
    /// Keeps a plan under a name of its own.
    public func save(_ plan: Plan, by creator: Operator) async throws(StoreError) -> String {
        try await write { database in
            let now = Date.now
            let id = "plan-" + Self.name(at: now)
            try database.execute(
                sql: "INSERT INTO saved_plan (id, fleet, created_ms, operator, body) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    id, plan.fleet, now.milliseconds, try JournalCoding.text(creator), try JournalCoding.text(plan),
                ])
            return id
        }
    }

    /// A saved plan by its name, by the beginning of it, or by `last`.
    ///
    /// - Throws: `unknownPlan`; `ambiguousRollout` where a beginning fits several.
    public func savedPlan(named name: String) async throws(StoreError) -> SavedPlan {
        let path = path
        return try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: name == "last"
                    ? "SELECT * FROM saved_plan ORDER BY created_ms DESC, id DESC LIMIT 1"
                    : "SELECT * FROM saved_plan WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id",
                arguments: name == "last" ? [] : [name])
            guard let row = rows.first else { throw StoreError(.unknownPlan(name), path: path) }
            guard rows.count == 1 else {
                throw StoreError(.ambiguousRollout(name, rows.map { $0["id"] }), path: path)
            }
            return SavedPlan(
                id: row["id"], createdMilliseconds: row["created_ms"],
                createdBy: try JournalCoding.value(row["operator"]), plan: try JournalCoding.plan(row["body"]))
        }
    }
}
