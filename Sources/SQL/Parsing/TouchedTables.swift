/// The tables that a statement changes or locks against writers, as far as its parse tree names them.
///
/// Reads, inserts and updates are left out: they wait for hardly anyone. What a function, a trigger or a foreign key
/// touches is not in the tree.
enum TouchedTables {
    /// - Parameter tree: of a text that holds one statement.
    static func read(_ kind: StatementKind, tree: [UInt8]) -> [TableName] {
        guard mayTouch(kind) else { return [] }
        var reader = SyntaxReader(tree[...])
        guard let root = reader.value(), let statement = root["stmts"].items.first?["stmt"].node else { return [] }
        let fields = statement.fields
        switch statement.name {
        case "DropStmt":
            let sort = fields["removeType"].string ?? ""
            guard ["OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_INDEX"].contains(sort) else { return [] }
            return fields["objects"].items.compactMap(TableName.init(parts:))
        case "TruncateStmt", "LockStmt":
            return fields["relations"].items.compactMap { TableName($0) }
        case "VacuumStmt":
            return fields["rels"].items.compactMap { $0.node.flatMap { TableName($0.fields["relation"]) } }
        default:
            // ALTER TABLE, CREATE INDEX, RENAME, CREATE TRIGGER, REINDEX, CLUSTER, CREATE POLICY: all have this field.
            let name = ["relation", "table"].lazy.compactMap { TableName(fields[$0]) }.first
            return name.map { [$0] } ?? []
        }
    }

    private static func mayTouch(_ kind: StatementKind) -> Bool {
        switch kind {
        case .truncate, .alterTable, .createIndex, .drop, .vacuum, .cluster: true
        case .reindex(_, let whole): !whole
        case .other(let node):
            [
                "LockStmt", "RenameStmt", "CreateTrigStmt", "RuleStmt", "CreatePolicyStmt", "AlterPolicyStmt",
                "AlterObjectSchemaStmt", "AlterOwnerStmt", "RefreshMatViewStmt", "CreateStatsStmt", "CommentStmt",
            ].contains(node)
        case .select, .insert, .update, .delete, .merge, .copy, .createTable, .createTableAs, .analyze,
            .alterTypeAddValue, .createFunction, .createView, .anonymousBlock, .call, .transaction, .set, .discard,
            .createDatabase, .dropDatabase, .alterDatabase, .createTablespace, .dropTablespace, .alterSystem,
            .createSubscription, .alterSubscription, .dropSubscription:
            false
        }
    }
}
