/// One object of a schema, as its server prints it.
public struct SchemaObject: Sendable, Hashable, Codable {
    /// What is compared as the same thing in two schemas.
    public struct Identity: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
        /// What it is.
        public let kind: ObjectKind
        /// As in SQL, quoted where it has to be; without the schema where that is the home.
        public let name: String

        /// Makes an identity.
        public init(kind: ObjectKind, name: String) {
            self.kind = kind
            self.name = name
        }

        public static func < (left: Identity, right: Identity) -> Bool {
            left.kind == right.kind ? left.name < right.name : left.kind < right.kind
        }

        public var description: String { "\(kind.rawValue) \(name)" }
    }

    /// What it is and is called.
    public let identity: Identity
    /// The table or view that it hangs on, and is gone with.
    public let parent: String?
    /// All of it that is compared, in SQL or close to it.
    public let definition: String

    /// Makes an object.
    public init(kind: ObjectKind, name: String, parent: String? = nil, definition: String) {
        identity = Identity(kind: kind, name: name)
        self.parent = parent
        self.definition = definition
    }

    /// Whether it is there and does not do what it says: an index that is not valid, a constraint that was not checked, a
    /// trigger that is switched off.
    public var ailment: Ailment? {
        switch identity.kind {
        case .index where isInvalid: .invalidIndex
        case .constraint where definition.hasSuffix(" NOT VALID") || definition.hasSuffix(" NOT VALID INHERITED"):
            .unvalidatedConstraint
        case .trigger where definition.hasSuffix(" DISABLED"): .disabledTrigger
        default: nil
        }
    }

    private var isInvalid: Bool {
        var rest = definition[...]
        for word in [" REPLICA IDENTITY", " CLUSTER"] where rest.hasSuffix(word) { rest = rest.dropLast(word.count) }
        return rest.hasSuffix(" INVALID")
    }

    /// What can be wrong with an object by itself.
    public enum Ailment: String, Sendable, Hashable, Codable {
        /// A concurrent build that failed left it; it costs and is not used.
        case invalidIndex = "invalid_index"
        /// NOT VALID: rows that were there before are not checked.
        case unvalidatedConstraint = "unvalidated_constraint"
        /// It does not fire.
        case disabledTrigger = "disabled_trigger"
    }
}
