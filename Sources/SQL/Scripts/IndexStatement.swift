/// What a statement says about the index that it builds or builds anew.
public struct IndexStatement: Sendable, Hashable {
    /// What it names.
    public enum Subject: Sendable, Hashable {
        /// CREATE INDEX on this table; the index's name where the statement gives one. It lies in the table's schema.
        case new(name: String?, table: RelationName)
        /// REINDEX INDEX.
        case index(RelationName)
        /// REINDEX TABLE.
        case table(RelationName)
    }

    /// What it names.
    public let subject: Subject
    /// Whether it does so without blocking writers. A failure leaves an invalid index then.
    public let isConcurrent: Bool
    /// CREATE INDEX IF NOT EXISTS, which is content with an invalid index of the name.
    public let skipsExisting: Bool
}

extension IndexStatement {
    /// Reads it off an IndexStmt or a ReindexStmt.
    init?(_ kind: StatementKind, _ fields: SyntaxNode, relation: RelationName?) {
        guard let relation else { return nil }
        switch kind {
        case .createIndex(let concurrently):
            subject = .new(name: fields["idxname"].string, table: relation)
            isConcurrent = concurrently
            skipsExisting = fields["if_not_exists"].isTrue
        case .reindex(let concurrently, whole: false):
            subject = fields["kind"].string == "REINDEX_OBJECT_TABLE" ? .table(relation) : .index(relation)
            isConcurrent = concurrently
            skipsExisting = false
        default:
            return nil
        }
    }
}
