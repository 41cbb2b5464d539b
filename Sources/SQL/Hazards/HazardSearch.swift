internal import FleetModel

/// Goes through the statements of a script in their order and finds hazards.
///
/// It remembers what the script itself has made: nobody uses that yet, so nothing done to it is a hazard. A name counts
/// as the same one where it is written in the same way; `orders` and `public.orders` are two.
struct HazardSearch {
    private struct Found {
        let hazard: Hazard
        let action: String
        let statement: Int
        /// Its place among all that were found, for the order within a statement.
        let number: Int
    }

    private struct AddedColumn {
        let isNew: Bool
        var isRequired: Bool
        var hasDefault: Bool
        /// The last one that had a say in whether the column must be given.
        var statement: Int
    }

    /// Relations and types, which share their names.
    private var created: Set<RelationName> = []
    private var createdSchemas: Set<String> = []
    private var columns: [ColumnName: AddedColumn] = [:]
    /// Views that were dropped and not created again so far.
    private var droppedViews: [RelationName: Found] = [:]
    private var found: [Found] = []
    private var count = 0

    private init() {}

    /// The hazards of a script, in the order of its statements.
    static func hazards(in statements: [Statement]) -> [StatementHazard] {
        var search = HazardSearch()
        for (index, statement) in statements.enumerated() {
            // What a name without a schema stands for may be something else from here on.
            if !statement.settings.isDisjoint(with: ["search_path", "all"]) { search.forgetUnqualified() }
            for effect in statement.effects { search.take(effect, of: index) }
        }
        return search.all.map {
            StatementHazard(
                hazard: $0.hazard, action: $0.action, statement: $0.statement, place: statements[$0.statement].place)
        }
    }

    private var all: [Found] {
        let required = columns.filter { $0.value.isRequired && !$0.value.hasDefault }.map { name, column in
            Found(
                hazard: .addRequiredColumn, action: "makes new \(name.text) required", statement: column.statement,
                number: .max)
        }
        return (found + droppedViews.values + required).sorted {
            ($0.statement, $0.number, $0.action) < ($1.statement, $1.number, $1.action)
        }
    }

    private mutating func forgetUnqualified() {
        created = created.filter { $0.schema != nil }
        columns = columns.mapValues { column in
            AddedColumn(
                isNew: false, isRequired: column.isRequired, hasDefault: column.hasDefault, statement: column.statement)
        }
    }

    private mutating func take(_ effect: StatementEffect, of statement: Int) {
        switch effect {
        case .creates(let name, let isNew):
            if isNew { created.insert(name) }
            droppedViews[name] = nil
        case .createsSchema(let name, let isNew):
            if isNew { createdSchemas.insert(name) }
        case .renames(let old, let new):
            let isNew = isNewInScript(old)
            created.remove(old)
            if isNew { created.insert(new) }
        case .renamesColumn(let old, let new):
            if let column = columns.removeValue(forKey: old) {
                columns[ColumnName(relation: old.relation, name: new)] = column
            }
        case .addsColumn(let name, let isNew, let isRequired, let hasDefault):
            guard !isNewInScript(name.relation) else { return }
            columns[name] = AddedColumn(
                isNew: isNew, isRequired: isRequired, hasDefault: hasDefault, statement: statement)
        case .requires(let name, let isRequired):
            columns[name]?.isRequired = isRequired
            columns[name]?.statement = statement
        case .givesDefault(let name, let hasDefault):
            columns[name]?.hasDefault = hasDefault
            columns[name]?.statement = statement
        case .overwrites(let name, let assigned):
            let isInNewColumns = assigned.allSatisfy { columns[ColumnName(relation: name, name: $0)]?.isNew == true }
            guard !isInNewColumns else { return }
            take(.endangers(.updateAll, .relation(name), action: "overwrites every row of \(name.text)"), of: statement)
        case .dropsView(let name, let action):
            guard !isNewInScript(.relation(name), dropped: true) else { return }
            droppedViews[name] = finding(.dropView, action, statement)
        case .endangers(let hazard, let subject, let action):
            guard !isNewInScript(subject, dropped: hazard.drops) else { return }
            found.append(finding(hazard, action, statement))
        }
    }

    private mutating func finding(_ hazard: Hazard, _ action: String, _ statement: Int) -> Found {
        count += 1
        return Found(hazard: hazard, action: action, statement: statement, number: count)
    }

    private func isNewInScript(_ name: RelationName) -> Bool {
        guard let schema = name.schema else { return created.contains(name) }
        return created.contains(name) || schema == "pg_temp" || createdSchemas.contains(schema)
    }

    /// - Parameter dropped: whether it is gone from here on, so that its name stands for something else.
    private mutating func isNewInScript(_ subject: StatementEffect.Subject, dropped: Bool) -> Bool {
        switch subject {
        case .relation(let name):
            defer { if dropped { created.remove(name) } }
            return isNewInScript(name)
        case .column(let name):
            let column = dropped ? columns.removeValue(forKey: name) : columns[name]
            return column?.isNew == true || isNewInScript(name.relation)
        case .schema(let name):
            return dropped ? createdSchemas.remove(name) != nil : createdSchemas.contains(name)
        case .other:
            return false
        }
    }
}

extension Hazard {
    /// Whether what it is done to is gone afterwards.
    fileprivate var drops: Bool {
        switch self {
        case .dropTable, .dropView, .dropColumn, .dropSchema, .dropDatabase, .dropOwned, .dropCascade: true
        case .truncate, .deleteAll, .updateAll, .changeType, .renameTable, .renameColumn, .renameSchema,
            .renameEnumValue, .addRequiredColumn, .detachPartition:
            false
        }
    }
}
