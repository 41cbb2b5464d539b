/// One object in which a schema differs from what it should be.
public struct SchemaFinding: Sendable, Hashable, Codable {
    /// How it differs.
    public enum Change: Sendable, Hashable, Codable {
        /// It should be there and is not; its definition.
        case missing(String)
        /// It is there and should not be; its definition.
        case extra(String)
        /// It is there and is another.
        case changed(expected: String, live: String)
    }

    /// How much it matters.
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        /// Costs or confuses: nothing that an application meets.
        case note
        /// Something more than expected, or something that does not do its work.
        case warning
        /// An application meets it: something is missing, or is another.
        case error

        public static func < (left: Severity, right: Severity) -> Bool { left.place < right.place }
        private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What differs.
    public let identity: SchemaObject.Identity
    /// How.
    public let change: Change
    /// The table or view that it hangs on.
    public let parent: String?
    /// What is missing or extra together with it, in order: a table's columns, indexes, constraints.
    public let parts: [SchemaObject]

    init(
        _ identity: SchemaObject.Identity, _ change: Change, parent: String?, parts: [SchemaObject] = []
    ) {
        self.identity = identity
        self.change = change
        self.parent = parent
        self.parts = parts
    }

    func with(parts: [SchemaObject]) -> SchemaFinding { SchemaFinding(identity, change, parent: parent, parts: parts) }

    /// `missing`, `extra` or `changed`.
    public var word: String {
        switch change {
        case .missing: "missing"
        case .extra: "extra"
        case .changed: "changed"
        }
    }

    /// What should be there; nil for what should not.
    public var expected: String? {
        switch change {
        case .missing(let definition), .changed(expected: let definition, live: _): whole(definition)
        case .extra: nil
        }
    }

    /// What is there; nil for what is not.
    public var live: String? {
        switch change {
        case .extra(let definition), .changed(expected: _, live: let definition): whole(definition)
        case .missing: nil
        }
    }

    /// A definition with the parts, a line for each.
    private func whole(_ definition: String) -> String {
        ([definition] + parts.map { "  \($0.identity.kind.rawValue) \(partName($0)) \($0.definition)" }).joined(
            separator: "\n")
    }

    private func partName(_ part: SchemaObject) -> String {
        let prefix = identity.name + "."
        return part.identity.name.hasPrefix(prefix)
            ? String(part.identity.name.dropFirst(prefix.count)) : part.identity.name
    }

    /// How much it matters.
    public var severity: Severity {
        switch (identity.kind, change) {
        case (.comment, _), (.statistics, _): .note
        case (_, .extra): .warning
        case (.index, .changed(_, let live)) where SchemaObject(kind: .index, name: "", definition: live).ailment != nil:
            .error
        case (_, .missing), (_, .changed): .error
        }
    }

    /// The same for the same difference, on whatever target it is found: to tell what is new, and to accept it.
    public var key: String { "\(word) \(identity)" }
}
