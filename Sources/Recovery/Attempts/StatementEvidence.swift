internal import SQL

/// A statement of which the schema cannot tell whether it ran.
public struct UnprovableStatement: Sendable, Hashable, Codable {
    /// Which statement of the file, from 1.
    public let statement: Int
    /// Where it begins in the file, from 1.
    public let line: Int
    /// Its first line, without strings.
    public let excerpt: String
}

extension StatementKind {
    /// Whether it changes, or may change, what no schema shows.
    var changesData: Bool {
        switch self {
        case .select, .insert, .update, .delete, .merge, .copy, .truncate, .anonymousBlock, .call: true
        case .createTable, .createTableAs, .alterTable, .createIndex, .drop, .reindex, .vacuum, .analyze, .cluster,
            .alterTypeAddValue, .createFunction, .createView, .transaction, .set, .discard, .createDatabase,
            .dropDatabase, .alterDatabase, .createTablespace, .dropTablespace, .alterSystem, .createSubscription,
            .alterSubscription, .dropSubscription, .other:
            false
        }
    }

    /// Whether it changes nothing that lasts, or nothing but a schema: where the schema did not change by it, it had
    /// nothing to do (IF NOT EXISTS).
    var isSeenInSchema: Bool {
        switch self {
        case .createTable, .createTableAs, .createIndex, .drop, .reindex, .vacuum, .analyze, .cluster,
            .createFunction, .createView, .transaction, .set, .discard, .alterTypeAddValue:
            true
        case .select, .insert, .update, .delete, .merge, .copy, .truncate, .alterTable, .anonymousBlock, .call,
            .createDatabase, .dropDatabase, .alterDatabase, .createTablespace, .dropTablespace, .alterSystem,
            .createSubscription, .alterSubscription, .dropSubscription, .other:
            false
        }
    }
}
