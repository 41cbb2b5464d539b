extension StatementKind {
    /// The kinds that a node's name alone tells.
    static let withoutDetails: [String: StatementKind] = [
        "SelectStmt": .select, "InsertStmt": .insert, "UpdateStmt": .update, "DeleteStmt": .delete, "MergeStmt": .merge,
        "TruncateStmt": .truncate, "CreateStmt": .createTable, "CreateTableAsStmt": .createTableAs,
        "CreateFunctionStmt": .createFunction, "ViewStmt": .createView, "DoStmt": .anonymousBlock, "CallStmt": .call,
        "CreatedbStmt": .createDatabase, "DropdbStmt": .dropDatabase, "CreateTableSpaceStmt": .createTablespace,
        "DropTableSpaceStmt": .dropTablespace, "AlterSystemStmt": .alterSystem,
        "DropSubscriptionStmt": .dropSubscription, "AlterDatabaseSetStmt": .alterDatabase(movesTablespace: false),
    ]

    /// The nodes whose fields tell the kind.
    static let withDetails: Set = [
        "CopyStmt", "AlterTableStmt", "IndexStmt", "DropStmt", "ReindexStmt", "VacuumStmt", "ClusterStmt",
        "AlterEnumStmt", "TransactionStmt", "VariableSetStmt", "DiscardStmt", "AlterDatabaseStmt",
        "CreateSubscriptionStmt", "AlterSubscriptionStmt",
    ]

    /// Reads the kind off a node of `withDetails`.
    init(node: String, fields: SyntaxNode) {
        switch node {
        case "CopyStmt":
            self = .copy(throughClient: fields["filename"] == .nothing)
        case "AlterTableStmt":
            let detaches = fields["cmds"].items.contains {
                $0.node?.fields["def"].node?.fields["concurrent"].isTrue == true
            }
            self = .alterTable(detachesConcurrently: detaches)
        case "IndexStmt":
            self = .createIndex(concurrently: fields["concurrent"].isTrue)
        case "DropStmt":
            let sort = fields["removeType"].string ?? ""
            self = .drop(
                sort: String(sort.trimmingPrefix("OBJECT_").map { $0 == "_" ? " " : $0 }),
                concurrently: fields["concurrent"].isTrue)
        case "ReindexStmt":
            let sort = fields["kind"].string ?? ""
            self = .reindex(
                concurrently: fields["params"].options["concurrently"]?.meansOn ?? false,
                whole: ["REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM", "REINDEX_OBJECT_DATABASE"].contains(sort))
        case "VacuumStmt":
            self = fields["is_vacuumcmd"].isTrue ? .vacuum : .analyze
        case "ClusterStmt":
            self = .cluster(all: fields["relation"] == .nothing)
        case "AlterEnumStmt":
            self = fields["oldVal"] == .nothing ? .alterTypeAddValue : .other(node: node)
        case "TransactionStmt":
            // libpg_query leaves out the first value of an enum in some versions: that is BEGIN.
            self = .transaction(fields["kind"].string.flatMap(TransactionControl.init(rawValue:)) ?? .begin)
        case "VariableSetStmt":
            self = .set(local: fields["is_local"].isTrue)
        case "DiscardStmt":
            self = .discard(all: fields["target"].string ?? "DISCARD_ALL" == "DISCARD_ALL")
        case "AlterDatabaseStmt":
            self = .alterDatabase(movesTablespace: fields["options"].options["tablespace"] != nil)
        case "CreateSubscriptionStmt":
            let options = fields["options"].options
            let connects = options["connect"]?.meansOn ?? true
            self = .createSubscription(createsSlot: options["create_slot"]?.meansOn ?? connects)
        case "AlterSubscriptionStmt":
            self = .alterSubscription(refreshes: Self.refreshes(fields))
        default:
            self = .other(node: node)
        }
    }

    private static func refreshes(_ fields: SyntaxNode) -> Bool {
        switch fields["kind"].string {
        case "ALTER_SUBSCRIPTION_REFRESH": true
        case "ALTER_SUBSCRIPTION_SET_PUBLICATION", "ALTER_SUBSCRIPTION_ADD_PUBLICATION",
            "ALTER_SUBSCRIPTION_DROP_PUBLICATION":
            fields["options"].options["refresh"]?.meansOn ?? true
        default: false
        }
    }
}
