/// What is read off the parse tree of one statement.
struct StatementReading {
    let kind: StatementKind
    /// The relations that it names as what it works on.
    private(set) var relations: [RelationName] = []
    private(set) var index: IndexStatement?
    private(set) var detachment: PartitionDetachment?
    /// The settings that it changes, in lower case; `all` for RESET ALL.
    private(set) var settings: Set<String> = []
    /// False for a transaction statement with options (an isolation level, AND CHAIN).
    private(set) var isPlain = true
    /// Whether it calls `pg_advisory_unlock_all`.
    private(set) var releasesLocks = false
    /// What it does to names, for hazards.
    private(set) var effects: [StatementEffect] = []

    /// Reads the parse tree of a text that holds one statement; `nil` when it holds none.
    /// - Parameters:
    ///   - mayCall: whether functions that matter are looked for among those that it calls.
    ///   - beginsWith: whether its first word is WITH, so that the queries behind it may change rows.
    init?(tree: [UInt8], mayCall: Bool = true, beginsWith: Bool = false) {
        var reader = SyntaxReader(tree[...])
        guard reader.skip(#"{"version":"#), reader.value() != nil, reader.skip(#","stmts":[{"stmt":{"#),
            let node = reader.string(), reader.skip(":")
        else { return nil }
        // Most of the bytes of a large file are values of INSERT; only what is needed of those is built.
        if Self.withTargetFirst.contains(node) {
            var ahead = reader
            if ahead.skip(#"{"relation":"#), let target = ahead.value() { relations = target.relations }
        }
        if beginsWith || StatementEffect.nodes.contains(node) && Self.mayHaveEffects(node, reader) {
            var ahead = reader
            if let fields = ahead.value() { effects = StatementEffect.effects(of: node, fields) }
        } else if node == "SelectStmt" {
            // SELECT … INTO comes before the columns and the rows.
            var ahead = reader
            if ahead.skip(#"{"intoClause":"#), let into = ahead.value() {
                effects = StatementEffect.effects(of: node, .object(["intoClause": into]))
            }
        }
        if let kind = StatementKind.withoutDetails[node] {
            self.kind = kind
            if Self.withRelations.contains(node), let fields = reader.value() { relations = fields.relations }
        } else if StatementKind.withDetails.contains(node), let fields = reader.value() {
            kind = StatementKind(node: node, fields: fields)
            read(node, fields)
        } else {
            kind = .other(node: node)
            if Self.withRelations.contains(node), let fields = reader.value() { relations = fields.relations }
        }
        guard mayCall else { return }
        var whole = SyntaxReader(tree[...])
        for call in whole.value()?.calls ?? [] { note(call) }
    }

    /// False for an UPDATE and a DELETE that choose rows, which a file may have many of; not all of those are built.
    private static func mayHaveEffects(_ node: String, _ reader: SyntaxReader) -> Bool {
        guard node == "UpdateStmt" || node == "DeleteStmt" else { return true }
        var reader = reader
        guard var filter = reader.skim()?["whereClause"] else { return true }
        return filter.skip(#"{"A_Const":"#)
    }

    private static let withTargetFirst: Set = [
        "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt", "CreateTableAsStmt",
    ]

    private static let withRelations: Set = [
        "CreateStmt", "TruncateStmt", "LockStmt", "RenameStmt", "CreateTrigStmt", "RefreshMatViewStmt", "RuleStmt",
        "CreatePolicyStmt", "AlterPolicyStmt", "AlterObjectSchemaStmt", "CreateForeignTableStmt",
    ]

    private mutating func read(_ node: String, _ fields: SyntaxNode) {
        switch node {
        case "IndexStmt":
            relations = fields["relation"].relations
            index = IndexStatement(kind, fields, relation: relations.first)
        case "ReindexStmt":
            relations = fields.relations
            index = IndexStatement(kind, fields, relation: relations.first)
        case "DropStmt": relations = fields.droppedRelations
        case "AlterTableStmt":
            relations = fields.relations
            detachment = PartitionDetachment(kind, fields)
        case "VacuumStmt", "ClusterStmt": relations = fields.relations
        case "TransactionStmt": isPlain = fields["options"].items.isEmpty && !fields["chain"].isTrue
        case "VariableSetStmt": settings = fields.changedSettings
        default: break
        }
    }

    private mutating func note(_ call: (name: String, firstArgument: String?)) {
        switch call.name {
        case "pg_advisory_unlock_all": releasesLocks = true
        case "set_config": if let setting = call.firstArgument { settings.insert(setting.lowercased()) }
        default: break
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether the name of a function occurs in the text that `StatementReading` looks for.
    var namesNotedFunction: Bool {
        // Each name has an underscore, which is rare in most of what is large. `firstRange(of:)` takes minutes for 50 MB.
        for underscore in indices where self[underscore] == UInt8(ascii: "_") {
            for (name, before) in Self.noted where names(name, at: underscore - before) { return true }
        }
        return false
    }

    private static let noted = [("advisory_unlock_all", 8), ("set_config", 3)].map { (Array($0.0.utf8), $0.1) }

    /// Whether a name in small letters begins at a byte, in whatever case.
    func names(_ name: [UInt8], at start: Int) -> Bool {
        guard start >= startIndex, start + name.count <= endIndex else { return false }
        for offset in name.indices {
            let byte = self[start + offset]
            let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            if (isLetter ? byte | 0x20 : byte) != name[offset] { return false }
        }
        return true
    }
}

extension SyntaxNode {
    /// Every name of a relation within the node.
    fileprivate var relations: [RelationName] {
        var names: [RelationName] = []
        collectRelations(&names)
        return names
    }

    private func collectRelations(_ names: inout [RelationName]) {
        switch self {
        case .object(let fields):
            if let name = fields["relname"]?.string {
                let relation = RelationName(schema: fields["schemaname"]?.string, name: name)
                if !names.contains(relation) { names.append(relation) }
            }
            // The fields come in no order, and names should.
            for field in fields.keys.sorted() { fields[field]?.collectRelations(&names) }
        case .list(let items):
            for item in items { item.collectRelations(&names) }
        case .text, .number, .flag, .nothing: break
        }
    }

    /// The relations of a DropStmt; of a trigger, a policy or a rule the table that it is on.
    fileprivate var droppedRelations: [RelationName] {
        let sort = self["removeType"].string ?? ""
        let isOnTable = ["OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"].contains(sort)
        guard
            isOnTable
                || [
                    "OBJECT_TABLE", "OBJECT_INDEX", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE",
                    "OBJECT_FOREIGN_TABLE",
                ].contains(sort)
        else { return [] }
        return self["objects"].items.compactMap { object in
            var parts = object.node?.fields["items"].items.compactMap { $0.node?.fields["sval"].string } ?? []
            if isOnTable { _ = parts.popLast() }
            return parts.last.map { RelationName(schema: parts.dropLast().last, name: $0) }
        }
    }

    /// The settings that a VariableSetStmt changes.
    fileprivate var changedSettings: Set<String> {
        if self["kind"].string == "VAR_RESET_ALL" { return ["all"] }
        var names = Set([self["name"].string?.lowercased()].compactMap { $0 })
        // SET TRANSACTION READ ONLY and the like.
        for option in self["args"].items {
            if let element = option.node, element.name == "DefElem", let name = element.fields["defname"].string {
                names.insert(name)
            }
        }
        return names
    }

    /// Every call of a function within the node: its name without a schema, and its first argument where that is a text.
    fileprivate var calls: [(name: String, firstArgument: String?)] {
        var calls: [(name: String, firstArgument: String?)] = []
        collectCalls(&calls)
        return calls
    }

    private func collectCalls(_ calls: inout [(name: String, firstArgument: String?)]) {
        switch self {
        case .object(let fields):
            if let call = fields["FuncCall"], let name = call["funcname"].items.last?.node?.fields["sval"].string {
                calls.append((name, call["args"].items.first?.node?.fields["sval"]["sval"].string))
            }
            for value in fields.values { value.collectCalls(&calls) }
        case .list(let items):
            for item in items { item.collectCalls(&calls) }
        case .text, .number, .flag, .nothing: break
        }
    }
}
