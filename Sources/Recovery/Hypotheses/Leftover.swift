internal import Postgres

/// What a statement that works in several transactions leaves where it fails between two of them.
public struct Leftover: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// CREATE INDEX CONCURRENTLY: the index, invalid.
        case built
        /// DROP INDEX CONCURRENTLY: the index, invalid.
        case dropped
        /// REINDEX CONCURRENTLY: new indexes beside the old ones, invalid (`_ccnew`).
        case rebuilt
        /// REINDEX CONCURRENTLY: old indexes beside the new ones, which have their names, invalid (`_ccold`).
        case replaced
        /// ALTER TABLE … DETACH PARTITION … CONCURRENTLY: the partition, pending detach.
        case detaching
    }

    /// What it is.
    public let kind: Kind
    /// Which statement of the file left it, from 1.
    public let statement: Int
    /// The invalid indexes, or the partition, as the session that ran the statement writes them.
    public let names: [String]
    /// The table, likewise; nil where it is no matter.
    var table: String?

    /// The statements that clear it away, where the file's own one does not. None of them is a loss.
    ///
    /// - Source: PostgreSQL manual, CREATE INDEX, REINDEX ("Rebuilding Indexes Concurrently") and ALTER TABLE.
    var clearing: [String] {
        switch kind {
        case .built, .rebuilt, .replaced: names.map { "DROP INDEX CONCURRENTLY \($0)" }
        case .dropped: []
        case .detaching: names.map { "ALTER TABLE \(table ?? "") DETACH PARTITION \($0) FINALIZE" }
        }
    }

    /// Whether the statement has done what it should once that is cleared away.
    var isDoneWhenCleared: Bool {
        switch kind {
        case .built, .dropped, .rebuilt: false
        case .replaced, .detaching: true
        }
    }
}
