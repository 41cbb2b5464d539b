internal import FleetModel

extension StatementEffect {
    /// The effects of ALTER TABLE and its kin, part by part.
    static func changes(of fields: SyntaxNode) -> [StatementEffect] {
        guard let name = fields["relation"].rangeName else { return [] }
        return fields["cmds"].items.compactMap { $0.node?.fields }.flatMap { change($0, of: name) }
    }

    private static func change(_ command: SyntaxNode, of relation: RelationName) -> [StatementEffect] {
        let column = command["name"].string.map { ColumnName(relation: relation, name: $0) }
        // libpg_query leaves out the first value of an enum in some versions: that is AddColumn.
        switch (command["subtype"].string ?? "AT_AddColumn", column) {
        case ("AT_AddColumn", _):
            let definition = command["def"]["ColumnDef"]
            guard let name = definition["colname"].string else { return [] }
            return [
                .addsColumn(
                    ColumnName(relation: relation, name: name), isNew: !command["missing_ok"].isTrue,
                    isRequired: definition.refusesNull, hasDefault: definition.hasDefault)
            ]
        case ("AT_DropColumn", let column?):
            return [.endangers(.dropColumn, .column(column), action: "drops \(column.text)")]
        case ("AT_AlterColumnType", let column?):
            return [.endangers(.changeType, .column(column), action: "changes the type of \(column.text)")]
        case ("AT_SetNotNull", let column?): return [.requires(column, true)]
        case ("AT_DropNotNull", let column?): return [.requires(column, false)]
        case ("AT_ColumnDefault", let column?): return [.givesDefault(column, command["def"] != .nothing)]
        case ("AT_AddIdentity", let column?): return [.givesDefault(column, true)]
        case ("AT_DropIdentity", let column?): return [.givesDefault(column, false)]
        case ("AT_DetachPartition", _):
            guard let partition = command["def"]["PartitionCmd"]["name"].rangeName else { return [] }
            let action = "detaches partition \(partition.text) of \(relation.text)"
            return [.endangers(.detachPartition, .relation(partition), action: action)]
        default: return []
        }
    }
}

extension SyntaxNode {
    private var constraints: Set<String> {
        Set(self["constraints"].items.compactMap { $0["Constraint"]["contype"].string })
    }

    /// Whether a ColumnDef says that the column takes no NULL.
    fileprivate var refusesNull: Bool { !constraints.isDisjoint(with: ["CONSTR_NOTNULL", "CONSTR_PRIMARY"]) }

    /// Whether a ColumnDef gives the column a value where an INSERT does not.
    fileprivate var hasDefault: Bool {
        let serials: Set = ["serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"]
        return !constraints.isDisjoint(with: ["CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"])
            || serials.contains(self["typeName"]["names"].qualifiedName?.name ?? "")
    }
}
