/// What a query means, as far as its parse tree tells, whatever way it is printed.
public enum QueryForm: Sendable {
    /// A value that is equal for two prints of one query: without places in the text, and without the table's name before
    /// a column where the query has no other table.
    ///
    /// - Returns: nil for what is no single query, or what the grammar does not know.
    public static func comparable(_ sql: String) -> AnyHashable? {
        guard !Nesting.isTooDeep(Array(sql.utf8)[...]), let bytes = try? Grammar.tree(of: sql) else { return nil }
        var reader = SyntaxReader(bytes[...])
        guard let tree = reader.value(), tree["stmts"].items.count == 1, let statement = tree["stmts"].items.first,
            let query = statement["stmt"].node, query.name == "SelectStmt"
        else { return nil }
        let only = onlyTable(query.fields)
        return AnyHashable(query.fields.plain(without: only))
    }

    /// The name by which the columns of a query's only table are called; nil where it reads another number of tables.
    private static func onlyTable(_ query: SyntaxNode) -> String? {
        guard query["fromClause"].items.count == 1, let item = query["fromClause"].items.first?.node,
            item.name != "JoinExpr"
        else { return nil }
        return item.fields["alias"]["aliasname"].string ?? item.fields["relname"].string
    }
}

extension SyntaxNode {
    /// Without places; columns of `table` without its name, but in queries within the query, where it is always printed.
    fileprivate func plain(without table: String?) -> SyntaxNode {
        switch self {
        case .list(let items): return .list(items.map { $0.plain(without: table) })
        case .object(var fields):
            fields["location"] = nil
            fields["stmt_location"] = nil
            fields["stmt_len"] = nil
            var plain: [String: SyntaxNode] = [:]
            for (name, value) in fields {
                plain[name] =
                    name == "ColumnRef"
                    ? value.shortened(without: table)
                    : value.plain(
                        without: name == "SelectStmt" ? nil : table)
            }
            return .object(plain)
        case .text, .number, .flag, .nothing: return self
        }
    }

    private func shortened(without table: String?) -> SyntaxNode {
        guard case .object(var fields) = self else { return self }
        fields["location"] = nil
        let names = self["fields"].items
        let isOfTable = names.count == 2 && table != nil && names[0].node?.fields["sval"].string == table
        let isWhole = names.last?.node?.name == "A_Star"
        fields["fields"] = .list(isOfTable && !isWhole ? [names[1]] : names)
        return .object(fields)
    }
}
