internal import FleetModel
internal import Migrations
internal import Postgres
internal import SQL
internal import Schema

/// A statement that fails between two of its transactions, as it does on a target: someone else has the table locked, and
/// it waits no longer for that.
struct Interruption: Sendable, Hashable {
    let kind: Leftover.Kind
    /// The table that is locked, as the session writes it.
    let table: String
    /// How it is locked: what the statement waits for in the transaction that it shall not get through.
    let mode: String
    /// The partition that is detached.
    var partition: String?
}

extension TargetSession {
    /// In which ways a statement can fail so. None for all but REINDEX CONCURRENTLY and DETACH PARTITION CONCURRENTLY.
    ///
    /// A REINDEX waits for writers before it builds the new indexes, and for readers before it drops the old ones; a
    /// DETACH for readers before it takes the partition off. Those of a table with partitions do so for one after the other.
    /// - Source: PostgreSQL manual, REINDEX, "Rebuilding Indexes Concurrently", and ALTER TABLE, DETACH PARTITION.
    func interruptions(of statement: Statement) async throws(TargetFailure) -> [Interruption] {
        if let detachment = statement.detachment {
            let names = [detachment.table, detachment.partition].map { "to_regclass(\(quotedLiteral($0.quoted)))" }
            guard let row = try await rows("SELECT \(names.joined(separator: ", "))").first, let table = row[0],
                let partition = row[1]
            else { return [] }
            return [Interruption(kind: .detaching, table: table, mode: "ACCESS SHARE", partition: partition)]
        }
        guard case .reindex(concurrently: true, whole: false) = statement.kind, let index = statement.index else {
            return []
        }
        let name: RelationName
        switch index.subject {
        case .new: return []
        case .index(let index): name = index
        case .table(let table): name = table
        }
        return try await tables(below: name).flatMap { table in
            [
                Interruption(kind: .rebuilt, table: table, mode: "ROW EXCLUSIVE"),
                Interruption(kind: .replaced, table: table, mode: "ACCESS SHARE"),
            ]
        }
    }

    /// The tables that have rows of their own, of a table or an index which may be divided.
    private func tables(below name: RelationName) async throws(TargetFailure) -> [String] {
        let question = """
            SELECT DISTINCT coalesce(i.indrelid, t.relid, n.oid)::regclass \
            FROM (SELECT to_regclass(\(quotedLiteral(name.quoted))) AS oid) n \
            LEFT JOIN LATERAL pg_partition_tree(n.oid) t ON t.isleaf \
            LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = coalesce(t.relid, n.oid) WHERE n.oid IS NOT NULL ORDER BY 1
            """
        return try await rows(question).compactMap { $0[0] }
    }

    /// Lets a statement fail so.
    ///
    /// - Parameters:
    ///   - number: which statement of the file it is, from 1.
    ///   - other: a session on the same database, which is free before and after.
    /// - Returns: what it left; nil where it failed before it left anything, or did not have to wait.
    func interrupt(
        _ text: String, number: Int, by interruption: Interruption, of other: TargetSession
    ) async throws(TargetFailure) -> Leftover? {
        let all = Set(try await indexes().map(\.oid))
        let invalid = Set(try await invalidIndexes().map(\.oid))
        do throws(TargetFailure) {
            _ = try await other.play("BEGIN; LOCK TABLE ONLY \(interruption.table) IN \(interruption.mode) MODE")
        } catch {
            return nil
        }
        _ = try await play(
            "SELECT set_config('pgfleet.lock_timeout', current_setting('lock_timeout'), false); SET lock_timeout = '1ms'"
        )
        let isInterrupted: Bool
        do throws(TargetFailure) {
            _ = try await play(text)
            isInterrupted = false
        } catch {
            isInterrupted = error.kind == .lockTimeout
        }
        _ = try await other.play("ROLLBACK")
        _ = try await play("SELECT set_config('lock_timeout', current_setting('pgfleet.lock_timeout'), false)")
        guard isInterrupted else { return nil }
        if let partition = interruption.partition {
            let pending = "SELECT FROM pg_catalog.pg_inherits WHERE inhdetachpending AND inhrelid = "
            guard !(try await rows(pending + "to_regclass(\(quotedLiteral(partition)))")).isEmpty else { return nil }
            return Leftover(kind: .detaching, statement: number, names: [partition], table: interruption.table)
        }
        let left = try await invalidIndexes().filter { !invalid.contains($0.oid) }
        let leftover = Leftover(
            kind: interruption.kind, statement: number, names: left.map(\.name), table: interruption.table)
        // An old index that is invalid now was there before; a new one was not.
        if !left.isEmpty, left.allSatisfy({ all.contains($0.oid) == (interruption.kind == .replaced) }) {
            return leftover
        }
        try await clear(leftover)
        return nil
    }

    /// Clears away what a statement left.
    func clear(_ leftover: Leftover) async throws(TargetFailure) {
        for text in leftover.clearing { _ = try await play(text) }
    }
}

extension ScratchBench {
    /// Lets a statement of a session fail so, by another session on its database.
    nonisolated func interrupt(
        _ text: String, number: Int, on session: TargetSession, of database: ScratchDatabase, _ line: ScratchLine,
        by interruption: Interruption
    ) async throws(TargetFailure) -> Leftover? {
        let other: TargetSession
        do throws(ScratchObstacle) {
            other = try await self.session(on: database, line)
        } catch {
            throw TargetFailure(kind: .unreachable, message: error.message)
        }
        do throws(TargetFailure) {
            let leftover = try await session.interrupt(text, number: number, by: interruption, of: other)
            await other.close()
            return leftover
        } catch {
            await other.close()
            throw error
        }
    }
}
