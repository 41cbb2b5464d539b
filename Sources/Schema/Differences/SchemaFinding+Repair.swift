internal import Postgres

extension SchemaFinding {
    /// The statements that would make what is into what should be, where that is certain and loses nothing; for a session
    /// whose search path is the target's schema. Empty where a person has to decide.
    public var repair: [String] {
        switch (identity.kind, change) {
        case (.index, .missing(let wanted)): [concurrent(wanted)]
        case (.index, .extra): ["DROP INDEX CONCURRENTLY \(identity.name)"]
        case (.index, .changed(let wanted, let live)):
            live == wanted + " INVALID"
                ? ["REINDEX INDEX CONCURRENTLY \(identity.name)"]
                : ["DROP INDEX CONCURRENTLY \(identity.name)", concurrent(wanted)]
        case (.constraint, .missing(let wanted)): onTable { ["ADD CONSTRAINT \($0) \(wanted)"] }
        case (.constraint, .extra): onTable { ["DROP CONSTRAINT \($0)"] }
        case (.constraint, .changed(let wanted, let live)):
            live == wanted + " NOT VALID"
                ? onTable { ["VALIDATE CONSTRAINT \($0)"] }
                : onTable { ["DROP CONSTRAINT \($0)", "ADD CONSTRAINT \($0) \(wanted)"] }
        case (.trigger, .missing(let wanted)) where !Self.hasState(wanted): [wanted]
        case (.trigger, .extra): parent.map { ["DROP TRIGGER \(ownName) ON \($0)"] } ?? []
        case (.trigger, .changed(let wanted, let live)):
            live == wanted + " DISABLED" ? onTable { ["ENABLE TRIGGER \($0)"] } : []
        case (.column, .changed(let wanted, let live)): columnRepair(wanted, live)
        case (.extension, .changed(let wanted, _)):
            [
                "ALTER EXTENSION \(identity.name) UPDATE TO "
                    + quotedLiteral(String(wanted.dropFirst("EXTENSION VERSION ".count)))
            ]
        case (.view, .missing(let wanted)) where wanted.hasPrefix("VIEW AS\n"):
            ["CREATE VIEW \(identity.name) AS" + wanted.dropFirst("VIEW AS".count)]
        case (.statistics, .extra): ["DROP STATISTICS \(identity.name)"]
        default: []
        }
    }

    /// The name on its table, without the table's.
    private var ownName: String {
        guard let parent, identity.name.hasPrefix(parent + ".") else { return identity.name }
        return String(identity.name.dropFirst(parent.count + 1))
    }

    private func onTable(_ actions: (String) -> [String]) -> [String] {
        guard let parent else { return [] }
        return ["ALTER TABLE \(parent) " + actions(ownName).joined(separator: ", ")]
    }

    private func concurrent(_ definition: String) -> String {
        for start in ["CREATE UNIQUE INDEX ", "CREATE INDEX "] where definition.hasPrefix(start) {
            return start + "CONCURRENTLY " + definition.dropFirst(start.count)
        }
        return definition
    }

    private static func hasState(_ definition: String) -> Bool {
        [" DISABLED", " ENABLED REPLICA", " ENABLED ALWAYS"].contains { definition.hasSuffix($0) }
    }

    private func columnRepair(_ wanted: String, _ live: String) -> [String] {
        let (wanted, live) = (ColumnText(wanted), ColumnText(live))
        guard wanted.type == live.type, wanted.isPlain, live.isPlain else { return [] }
        var actions: [String] = []
        if wanted.isNotNull != live.isNotNull {
            actions.append("ALTER COLUMN \(ownName) \(wanted.isNotNull ? "SET" : "DROP") NOT NULL")
        }
        if wanted.standard != live.standard {
            actions.append(
                "ALTER COLUMN \(ownName) " + (wanted.standard.map { "SET DEFAULT \($0)" } ?? "DROP DEFAULT"))
        }
        return actions.isEmpty ? [] : onTable { _ in actions }
    }
}

/// A column's definition in its parts: type and collation, NOT NULL, default; and whether it has nothing beside them.
struct ColumnText {
    let type: String
    let isNotNull: Bool
    let standard: String?
    let isPlain: Bool

    init(_ definition: String) {
        let starts = [
            " NOT NULL", " DEFAULT ", " GENERATED ", " STORAGE ", " COMPRESSION ", " STATISTICS ", " WITH (",
            " OPTIONS (",
        ]
        // In a quoted name of a type a word may stand that begins none of these.
        let end = starts.compactMap { definition.firstRange(of: $0)?.lowerBound }.min() ?? definition.endIndex
        type = String(definition[..<end])
        var rest = definition[end...]
        isNotNull = rest.hasPrefix(" NOT NULL")
        if isNotNull { rest = rest.dropFirst(" NOT NULL".count) }
        standard = rest.hasPrefix(" DEFAULT ") ? String(rest.dropFirst(" DEFAULT ".count)) : nil
        let isWhole = starts.dropFirst(2).allSatisfy { !rest.contains($0) }
        isPlain = isWhole && !type.contains("\"") && (rest.isEmpty || standard != nil)
    }
}
