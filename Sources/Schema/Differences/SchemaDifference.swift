/// What stands between two schemas: every object that is in only one of them, or in both and not the same.
public struct SchemaDifference: Sendable, Hashable {
    /// In the order of kinds and names; what hangs on a table that is in one schema alone is told with the table.
    public let findings: [SchemaFinding]

    /// Whether there is nothing to tell.
    public var isEmpty: Bool { findings.isEmpty }

    /// Compares what is with what should be.
    ///
    /// - Parameters:
    ///   - expected: what should be. Only the kinds that `kinds` names are compared, in both.
    ///   - live: what is.
    public init(expected: SchemaSnapshot, live: SchemaSnapshot, kinds: Set<ObjectKind>? = nil) {
        let printsAlike = ViewText.printAlike(expected.server, live.server)
        var findings: [SchemaFinding] = []
        var lone: [String: [SchemaObject]] = [:]
        let identities = Set(expected.objects.keys).union(live.objects.keys)
        let isGone = { (parent: String?, live: SchemaSnapshot, other: SchemaSnapshot) in
            guard let parent else { return false }
            return [ObjectKind.table, .view].contains { kind in
                let table = SchemaObject.Identity(kind: kind, name: parent)
                return kinds?.contains(kind) ?? true && other.objects[table] != nil && live.objects[table] == nil
            }
        }
        for identity in identities.sorted() where kinds?.contains(identity.kind) ?? true {
            switch (expected.objects[identity], live.objects[identity]) {
            case (let object?, nil):
                if isGone(object.parent, live, expected) {
                    lone[object.parent ?? "", default: []].append(object)
                } else {
                    findings.append(SchemaFinding(object.identity, .missing(object.definition), parent: object.parent))
                }
            case (nil, let object?):
                if isGone(object.parent, expected, live) {
                    lone[object.parent ?? "", default: []].append(object)
                } else {
                    findings.append(SchemaFinding(object.identity, .extra(object.definition), parent: object.parent))
                }
            case (let wanted?, let found?):
                let isSame =
                    wanted.definition == found.definition
                    || (!printsAlike && identity.kind == .view && ViewText.isSame(wanted.definition, found.definition))
                if !isSame {
                    findings.append(
                        SchemaFinding(
                            identity, .changed(expected: wanted.definition, live: found.definition),
                            parent: found.parent))
                }
            case (nil, nil): break
            }
        }
        self.findings = findings.map { finding in
            guard [.table, .view].contains(finding.identity.kind), let parts = lone[finding.identity.name] else {
                return finding
            }
            return finding.with(parts: parts)
        }
    }
}
