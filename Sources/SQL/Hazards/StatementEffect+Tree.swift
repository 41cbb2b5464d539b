internal import FleetModel

extension StatementEffect {
    /// The nodes of the parse tree whose fields tell effects.
    static let nodes: Set = [
        "CreateStmt", "CreateForeignTableStmt", "CreateTableAsStmt", "ViewStmt", "CreateSeqStmt", "CreateEnumStmt",
        "CreateDomainStmt", "CompositeTypeStmt", "CreateRangeStmt", "CreateSchemaStmt", "DropStmt", "DropdbStmt",
        "DropOwnedStmt", "TruncateStmt", "DeleteStmt", "UpdateStmt", "AlterTableStmt", "RenameStmt",
        "AlterObjectSchemaStmt", "AlterEnumStmt",
    ]

    /// Reads the effects of a statement, those of the queries in its WITH first.
    static func effects(of node: String, _ fields: SyntaxNode) -> [StatementEffect] {
        let queries = fields["withClause"]["ctes"].items.compactMap { $0.node?.fields["ctequery"].node }
        return queries.flatMap { rows($0.name, $0.fields) } + own(node, fields)
    }

    private static func own(_ node: String, _ fields: SyntaxNode) -> [StatementEffect] {
        switch node {
        case "DeleteStmt", "UpdateStmt", "TruncateStmt": rows(node, fields)
        case "DropStmt", "DropdbStmt", "DropOwnedStmt": drops(node, fields)
        case "AlterTableStmt": changes(of: fields)
        case "RenameStmt", "AlterObjectSchemaStmt", "AlterEnumStmt": renamings(node, fields)
        default: creations(node, fields)
        }
    }

    private static func creations(_ node: String, _ fields: SyntaxNode) -> [StatementEffect] {
        switch node {
        case "CreateStmt": relation(fields["relation"], isNew: !fields["if_not_exists"].isTrue)
        case "CreateForeignTableStmt": creations("CreateStmt", fields["base"])
        case "CreateTableAsStmt": relation(fields["into"]["rel"], isNew: !fields["if_not_exists"].isTrue)
        case "SelectStmt": relation(fields["intoClause"]["rel"], isNew: true)
        case "ViewStmt": relation(fields["view"], isNew: !fields["replace"].isTrue)
        case "CreateSeqStmt": relation(fields["sequence"], isNew: !fields["if_not_exists"].isTrue)
        case "CompositeTypeStmt": relation(fields["typevar"], isNew: true)
        case "CreateEnumStmt", "CreateRangeStmt":
            fields["typeName"].qualifiedName.map { [.creates($0, isNew: true)] } ?? []
        case "CreateDomainStmt": fields["domainname"].qualifiedName.map { [.creates($0, isNew: true)] } ?? []
        case "CreateSchemaStmt":
            fields["schemaname"].string.map { [.createsSchema($0, isNew: !fields["if_not_exists"].isTrue)] } ?? []
        default: []
        }
    }

    /// A temporary relation is new whatever else has its name: it is found first.
    private static func relation(_ range: SyntaxNode, isNew: Bool) -> [StatementEffect] {
        guard let name = range.rangeName else { return [] }
        return [.creates(name, isNew: isNew || range["relpersistence"].string == "t")]
    }

    private static func rows(_ node: String, _ fields: SyntaxNode) -> [StatementEffect] {
        switch node {
        case "TruncateStmt":
            let cascade = fields["behavior"].string == "DROP_CASCADE" ? " and every table that refers to it" : ""
            return fields["relations"].items.compactMap { $0.node?.fields.rangeName }.map { name in
                .endangers(.truncate, .relation(name), action: "empties \(name.text)\(cascade)")
            }
        case "DeleteStmt":
            guard let name = fields["relation"].rangeName, fields["whereClause"].choosesAll else { return [] }
            return [.endangers(.deleteAll, .relation(name), action: "deletes every row of \(name.text)")]
        case "UpdateStmt":
            guard let name = fields["relation"].rangeName, fields["whereClause"].choosesAll else { return [] }
            let columns = fields["targetList"].items.compactMap { $0.node?.fields["name"].string }
            return [.overwrites(name, columns: Set(columns))]
        default: return []
        }
    }

    private static func renamings(_ node: String, _ fields: SyntaxNode) -> [StatementEffect] {
        let name = fields["relation"].rangeName
        let sort = fields["renameType"].string ?? fields["objectType"].string ?? ""
        let isUsedByName = ["OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"].contains(sort)
        switch (node, sort) {
        case ("AlterEnumStmt", _):
            guard let type = fields["typeName"].qualifiedName, let old = fields["oldVal"].string else { return [] }
            let action = "renames value '\(old.harmless)' of type \(type.text)"
            return [.endangers(.renameEnumValue, .relation(type), action: action)]
        case ("AlterObjectSchemaStmt", _):
            guard isUsedByName, let name, let schema = fields["newschema"].string else { return [] }
            let action = "moves \(name.text) to schema \(schema.harmless)"
            return [
                .endangers(.renameTable, .relation(name), action: action),
                .renames(name, to: RelationName(schema: schema, name: name.name)),
            ]
        case (_, "OBJECT_COLUMN"), (_, "OBJECT_ATTRIBUTE"):
            guard let name, let old = fields["subname"].string, let new = fields["newname"].string else { return [] }
            let column = ColumnName(relation: name, name: old)
            return [
                .endangers(.renameColumn, .column(column), action: "renames \(column.text) to \(new.harmless)"),
                .renamesColumn(column, to: new),
            ]
        case (_, "OBJECT_SCHEMA"):
            guard let old = fields["subname"].string, let new = fields["newname"].string else { return [] }
            let action = "renames schema \(old.harmless) to \(new.harmless)"
            return [.endangers(.renameSchema, .schema(old), action: action)]
        default:
            guard isUsedByName, let name, let new = fields["newname"].string else { return [] }
            return [
                .endangers(.renameTable, .relation(name), action: "renames \(name.text) to \(new.harmless)"),
                .renames(name, to: RelationName(schema: name.schema, name: new)),
            ]
        }
    }
}
