/// What of a schema is compared, beside what always is.
public struct CheckRules: Sendable, Hashable, Codable {
    /// Patterns (`*`, `?`) of names, or of a kind and a name (`index *_tmp`), that are left out with all that hangs on them.
    public var ignoring: [String]
    /// Whether comments are compared.
    public var comparesComments: Bool
    /// Whether owners and privileges are compared.
    public var comparesPrivileges: Bool
    /// Whether publications are compared.
    public var comparesPublications: Bool

    /// Ignores nothing, and compares none of the three.
    public init(
        ignoring: [String] = [], comparesComments: Bool = false, comparesPrivileges: Bool = false,
        comparesPublications: Bool = false
    ) {
        self.ignoring = ignoring
        self.comparesComments = comparesComments
        self.comparesPrivileges = comparesPrivileges
        self.comparesPublications = comparesPublications
    }
}
