public import FleetModel
import Foundation
import GRDB

/// A check that was made.
public struct StoredCheck: Sendable, Hashable {
    /// Counts up from 1 over all fleets of the store.
    public let number: Int64
    /// When it ended, in milliseconds since 1970-01-01 UTC.
    public let milliseconds: Int64
    /// Its summary.
    public let summary: CheckSummary
}

/// One finding of a check, as it is recognised in the next one.
public struct StoredFinding: Sendable, Hashable {
    /// On which target, or of which files: `files:` and their folder.
    public let target: TargetID
    /// What was found there.
    public let key: String

    /// Makes a finding.
    public init(target: TargetID, key: String) {
        self.target = target
        self.key = key
    }
}

extension Store {
    /// Keeps a check with its findings.
    ///
    /// - Returns: its number; when it was kept; and for each finding when it was first seen, by the checks before without a
    ///   gap on its target.
    public func keepCheck(
        of fleet: String, _ summary: CheckSummary, _ findings: Set<StoredFinding>
    ) async throws(StoreError) -> (number: Int64, began: Int64, since: [StoredFinding: Int64]) {
        try await write { database in
            let now = Date.now.milliseconds
            let earlier = try Self.latestFindings(on: Set(summary.subjects), of: fleet, in: database)
            try database.execute(
                sql: "INSERT INTO check_run (fleet, at_ms, body) VALUES (?, ?, ?)",
                arguments: [fleet, now, try JournalCoding.text(summary)])
            let number = database.lastInsertedRowID
            var since: [StoredFinding: Int64] = [:]
            let statement = try database.cachedStatement(
                sql: "INSERT INTO check_finding (run, target, key, first_ms) VALUES (?, ?, ?, ?)")
            for finding in findings {
                let first = earlier[finding] ?? now
                since[finding] = first
                try statement.execute(arguments: [number, finding.target.rawValue, finding.key, first])
            }
            try database.execute(
                sql: """
                    DELETE FROM check_run WHERE fleet = ?1 AND id NOT IN
                    (SELECT id FROM check_run WHERE fleet = ?1 ORDER BY id DESC LIMIT 400)
                    """, arguments: [fleet])
            return (number, now, since)
        }
    }

    /// The findings of the last check that asked each target.
    private static func latestFindings(
        on targets: Set<TargetID>, of fleet: String, in database: Database
    ) throws -> [StoredFinding: Int64] {
        var left = targets
        var found: [StoredFinding: Int64] = [:]
        let runs = try Row.fetchCursor(
            database, sql: "SELECT id, body FROM check_run WHERE fleet = ? ORDER BY id DESC", arguments: [fleet])
        while !left.isEmpty, let run = try runs.next() {
            let summary: CheckSummary = try JournalCoding.value(run["body"])
            let asked = left.intersection(summary.subjects)
            guard !asked.isEmpty else { continue }
            left.subtract(asked)
            let rows = try Row.fetchAll(
                database, sql: "SELECT target, key, first_ms FROM check_finding WHERE run = ?",
                arguments: [run["id"] as Int64])
            for row in rows where asked.contains(TargetID(rawValue: row["target"])) {
                found[StoredFinding(target: TargetID(rawValue: row["target"]), key: row["key"])] = row["first_ms"]
            }
        }
        return found
    }

    /// The checks of a fleet, the newest first.
    public func checks(of fleet: String, limit: Int) async throws(StoreError) -> [StoredCheck] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM check_run WHERE fleet = ? ORDER BY id DESC LIMIT ?",
                arguments: [fleet, limit]
            ).map {
                StoredCheck(number: $0["id"], milliseconds: $0["at_ms"], summary: try JournalCoding.value($0["body"]))
            }
        }
    }

    /// What a check found, and when each was first seen.
    public func findings(ofCheck number: Int64) async throws(StoreError) -> [(finding: StoredFinding, since: Int64)] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM check_finding WHERE run = ? ORDER BY target, key", arguments: [number]
            ).map {
                (StoredFinding(target: TargetID(rawValue: $0["target"]), key: $0["key"]), $0["first_ms"])
            }
        }
    }
}
