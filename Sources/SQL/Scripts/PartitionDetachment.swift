/// What ALTER TABLE … DETACH PARTITION … CONCURRENTLY names.
public struct PartitionDetachment: Sendable, Hashable {
    /// The table that is divided.
    public let table: RelationName
    /// The partition that is taken off it.
    public let partition: RelationName

    /// Takes the two.
    public init(table: RelationName, partition: RelationName) {
        self.table = table
        self.partition = partition
    }
}

extension PartitionDetachment {
    /// Reads it off an AlterTableStmt; nil for all else that one does.
    init?(_ kind: StatementKind, _ fields: SyntaxNode) {
        guard kind == .alterTable(detachesConcurrently: true), let table = RelationName(fields["relation"]),
            let command = fields["cmds"].items.first?.node?.fields["def"].node,
            let partition = RelationName(command.fields["name"])
        else { return nil }
        self.table = table
        self.partition = partition
    }
}

extension RelationName {
    fileprivate init?(_ range: SyntaxNode) {
        guard let name = range["relname"].string else { return nil }
        self.init(schema: range["schemaname"].string, name: name)
    }
}
