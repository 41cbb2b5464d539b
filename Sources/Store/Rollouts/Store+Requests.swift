public import FleetModel
import Foundation
import GRDB

extension Store {
    /// Keeps what an operator asks of a rollout, for whoever works on it, or will.
    ///
    /// - Returns: the request with its number.
    @discardableResult
    public func ask(
        _ action: OperatorRequest.Action, of rollout: RolloutID, by person: Operator, groups: [String] = [],
        reason: String? = nil
    ) async throws(StoreError) -> OperatorRequest {
        try await write { database in
            let number =
                try Int64.fetchOne(
                    database, sql: "SELECT coalesce(max(number), 0) + 1 FROM request WHERE rollout = ?",
                    arguments: [rollout.rawValue]) ?? 1
            let request = OperatorRequest(number: number, action: action, by: person, groups: groups, reason: reason)
            try database.execute(
                sql: "INSERT INTO request (rollout, number, at_ms, body) VALUES (?, ?, ?, ?)",
                arguments: [rollout.rawValue, number, Date.now.milliseconds, try JournalCoding.text(request)])
            return request
        }
    }

    /// The requests that came after one, in order.
    public func requests(of rollout: RolloutID, after number: Int64) async throws(StoreError) -> [OperatorRequest] {
        try await read { database in
            try String.fetchAll(
                database, sql: "SELECT body FROM request WHERE rollout = ? AND number > ? ORDER BY number",
                arguments: [rollout.rawValue, number]
            ).map { try JournalCoding.value($0) }
        }
    }
}
