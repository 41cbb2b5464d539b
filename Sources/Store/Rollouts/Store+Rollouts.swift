public import FleetModel
import Foundation
import GRDB

extension Store {
    /// Records a plan under a new name. Its journal is empty; nothing was begun.
    public func create(_ plan: Plan, by creator: Operator) async throws(StoreError) -> RolloutID {
        try await write { database in
            let now = Date.now
            let id = RolloutID(rawValue: Self.name(at: now))
            try database.execute(
                sql: "INSERT INTO rollout (id, fleet, created_ms, operator, plan) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    id.rawValue, plan.fleet, now.milliseconds, try JournalCoding.text(creator),
                    try JournalCoding.text(plan),
                ])
            return id
        }
    }

    /// The rollouts, the newest first; by their names, because the plans and journals of many need not be in memory at once.
    public func rollouts(limit: Int) async throws(StoreError) -> [RolloutID] {
        try await read { database in
            try String.fetchAll(
                database, sql: "SELECT id FROM rollout ORDER BY created_ms DESC, id DESC LIMIT ?", arguments: [limit]
            ).map(RolloutID.init(rawValue:))
        }
    }

    /// The rollouts that were made after one, the newest first.
    public func rollouts(after record: RolloutRecord) async throws(StoreError) -> [RolloutID] {
        try await read { database in
            try String.fetchAll(
                database,
                sql: "SELECT id FROM rollout WHERE (created_ms, id) > (?, ?) ORDER BY created_ms DESC, id DESC",
                arguments: [record.createdMilliseconds, record.id.rawValue]
            ).map(RolloutID.init(rawValue:))
        }
    }

    /// The newest rollouts that have not come to an end: a process works on them, or they were left.
    public func unfinishedRollouts(limit: Int = 20) async throws(StoreError) -> [RolloutID] {
        try await read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM rollout
                    WHERE (SELECT json_extract(body, '$.event') FROM event WHERE rollout = id
                           ORDER BY sequence DESC LIMIT 1) IS NOT 'ended'
                    ORDER BY created_ms DESC, id DESC LIMIT ?
                    """,
                arguments: [limit]
            ).map(RolloutID.init(rawValue:))
        }
    }

    /// One rollout.
    ///
    /// - Throws: `unknownRollout`.
    public func rollout(_ id: RolloutID) async throws(StoreError) -> RolloutRecord {
        let path = path
        return try await read { database in
            guard let record = try Self.record(id, in: database) else {
                throw StoreError(.unknownRollout(id.rawValue), path: path)
            }
            return record
        }
    }

    /// One rollout by its name, by the beginning of it, or by `last`.
    ///
    /// - Throws: `unknownRollout`, `ambiguousRollout`.
    public func rollout(named name: String) async throws(StoreError) -> RolloutRecord {
        let path = path
        return try await read { database in
            let names =
                name == "last"
                ? try String.fetchAll(
                    database, sql: "SELECT id FROM rollout ORDER BY created_ms DESC, id DESC LIMIT 1")
                : try String.fetchAll(
                    database, sql: "SELECT id FROM rollout WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id",
                    arguments: [name])
            guard let first = names.first else { throw StoreError(.unknownRollout(name), path: path) }
            guard names.count == 1 || names.contains(name) else {
                throw StoreError(.ambiguousRollout(name, names), path: path)
            }
            let id = RolloutID(rawValue: names.contains(name) ? name : first)
            guard let record = try Self.record(id, in: database) else {
                throw StoreError(.unknownRollout(name), path: path)
            }
            return record
        }
    }

    private static func record(_ id: RolloutID, in database: Database) throws -> RolloutRecord? {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM rollout WHERE id = ?", arguments: [id.rawValue])
        else { return nil }
        let held = try HeldClaim.find(id, in: database)
        return RolloutRecord(
            id: id, createdMilliseconds: row["created_ms"], createdBy: try JournalCoding.value(row["operator"]),
            plan: try JournalCoding.plan(row["plan"]),
            journal: try events(of: id, after: 0, in: database),
            holder: held.flatMap { $0.isLive(at: .now) ? $0.holder : nil })
    }

    /// The time to the second, for people, and four random characters, for rollouts of one second.
    static func name(at date: Date) -> String {
        let parts = Calendar.utc.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        func padded(_ number: Int?, _ width: Int) -> String {
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let day = padded(parts.year, 4) + padded(parts.month, 2) + padded(parts.day, 2)
        let time = padded(parts.hour, 2) + padded(parts.minute, 2) + padded(parts.second, 2)
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        let suffix = (0..<4).map { _ in letters[Int.random(in: letters.indices)] }
        return "\(day)-\(time)-\(String(suffix))"
    }
}

extension Calendar {
    fileprivate static let utc = {
        var calendar = Calendar(identifier: .gregorian)
        if let zone = TimeZone(identifier: "UTC") { calendar.timeZone = zone }
        return calendar
    }()
}
