internal import Schema

/// Statements that turn a schema into another one, made from the difference. Only what PostgreSQL can surely do from the
/// definitions at hand; they are proven on scratch before anyone sees them.
enum InverseDDL {
    /// The statements, in an order in which what depends goes first.
    ///
    /// - Returns: nil where something of the difference cannot be made from its definition, such as a table that is gone.
    static func statements(_ difference: SchemaDifference) -> [String]? {
        var dropped: [String] = []
        var made: [String] = []
        var parts: Set<SchemaObject.Identity> = []
        for finding in difference.findings {
            for part in finding.parts { parts.insert(part.identity) }
        }
        for finding in difference.findings where !parts.contains(finding.identity) {
            switch finding.change {
            case .extra(let definition):
                guard let statement = drop(finding, definition) else { return nil }
                dropped.append(statement)
            case .missing(let definition):
                guard let statement = create(finding, definition) else { return nil }
                made.append(statement)
            case .changed(let expected, let live):
                guard let statements = alter(finding, expected: expected, live: live) else { return nil }
                made += statements
            }
        }
        return dropped.reversed() + made
    }

    private static func drop(_ finding: SchemaFinding, _ definition: String) -> String? {
        let name = finding.identity.name
        let parent = finding.parent ?? ""
        let own = name.hasPrefix(parent + ".") ? String(name.dropFirst(parent.count + 1)) : name
        switch finding.identity.kind {
        case .schema: return "DROP SCHEMA \(name)"
        case .extension: return "DROP EXTENSION \(name)"
        case .type: return "DROP TYPE \(name)"
        case .collation: return "DROP COLLATION \(name)"
        case .sequence: return "DROP SEQUENCE IF EXISTS \(name)"
        case .table: return (definition.hasPrefix("FOREIGN ") ? "DROP FOREIGN TABLE " : "DROP TABLE ") + name
        case .column: return "ALTER TABLE \(parent) DROP COLUMN \(own)"
        case .constraint: return "ALTER TABLE \(parent) DROP CONSTRAINT \(own)"
        case .index: return "DROP INDEX \(name)"
        case .view: return (definition.hasPrefix("MATERIALIZED ") ? "DROP MATERIALIZED VIEW " : "DROP VIEW ") + name
        case .rule: return "DROP RULE \(own) ON \(parent)"
        case .function: return "DROP ROUTINE \(name)"
        case .trigger: return "DROP TRIGGER \(own) ON \(parent)"
        case .policy: return "DROP POLICY \(own) ON \(parent)"
        case .statistics: return "DROP STATISTICS \(name)"
        case .operator, .cast, .eventTrigger, .foreignServer, .textSearch, .publication, .comment, .privilege:
            return nil
        }
    }

    private static func create(_ finding: SchemaFinding, _ definition: String) -> String? {
        let parent = finding.parent ?? ""
        let name = finding.identity.name
        let own = name.hasPrefix(parent + ".") ? String(name.dropFirst(parent.count + 1)) : name
        switch finding.identity.kind {
        case .index, .trigger, .rule: return definition
        case .constraint: return "ALTER TABLE \(parent) ADD CONSTRAINT \(own) \(definition)"
        default: return nil
        }
    }

    /// Defaults and NOT NULL of a column; an index that is invalid is dropped and built again.
    private static func alter(_ finding: SchemaFinding, expected: String, live: String) -> [String]? {
        let parent = finding.parent ?? ""
        let name = finding.identity.name
        switch finding.identity.kind {
        case .index: return ["DROP INDEX \(name)", expected]
        case .column:
            let own = name.hasPrefix(parent + ".") ? String(name.dropFirst(parent.count + 1)) : name
            let (wanted, found) = (ColumnDefinition(expected), ColumnDefinition(live))
            guard wanted.rest == found.rest else { return nil }
            let column = "ALTER TABLE \(parent) ALTER COLUMN \(own)"
            var statements: [String] = []
            if wanted.isNotNull != found.isNotNull {
                statements.append("\(column) \(wanted.isNotNull ? "SET" : "DROP") NOT NULL")
            }
            if wanted.value != found.value {
                statements.append(wanted.value.map { "\(column) SET DEFAULT \($0)" } ?? "\(column) DROP DEFAULT")
            }
            return statements
        default: return nil
        }
    }
}

/// A column's definition in the parts that can be changed by themselves.
private struct ColumnDefinition {
    let rest: String
    let isNotNull: Bool
    let value: String?

    init(_ definition: String) {
        var head = definition
        var value: String?
        if let range = definition.firstRange(of: " DEFAULT ") {
            head = String(definition[..<range.lowerBound])
            value = String(definition[range.upperBound...])
        }
        self.value = value
        isNotNull = head.hasSuffix(" NOT NULL")
        rest = isNotNull ? String(head.dropLast(" NOT NULL".count)) : head
    }
}
