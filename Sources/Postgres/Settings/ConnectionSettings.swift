internal import CLibPQ

/// How to reach a database: libpq's connection keywords and their values.
///
/// What is not said here comes from the environment (PGHOST and so on), service files and the password file, as with
/// every program on libpq. Passwords are redacted in every textual form.
///
/// Source: PostgreSQL manual, "Database Connection Control Functions", "Parameter Key Words".
public struct ConnectionSettings: Sendable, Hashable {
    private var values: [String: String]

    /// Takes keywords and values as they stand; `Connection.open` reports unknown ones.
    public init(keywords: [String: String] = [:]) { values = keywords }

    /// The value of a keyword; nil where it is left to the environment and libpq's defaults.
    public subscript(keyword: String) -> String? {
        get { values[keyword] }
        set { values[keyword] = newValue }
    }

    /// The keywords that are set, in alphabetical order.
    public var keywords: [String] { values.keys.sorted() }

    /// These settings, with the other's where both set a keyword.
    public func merging(_ other: ConnectionSettings) -> ConnectionSettings {
        ConnectionSettings(keywords: values.merging(other.values) { $1 })
    }
}

extension ConnectionSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        keywords.map { "\($0)=\(shown($0))" }.joined(separator: " ")
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror {
        Mirror(self, children: keywords.map { (label: $0, value: shown($0) as Any) }, displayStyle: .struct)
    }

    /// An unknown keyword may be a misspelt `password`: only values of known ones are shown.
    private func shown(_ keyword: String) -> String {
        let isOpen = Self.knownKeywords.contains(keyword) && !Self.secretKeywords.contains(keyword)
        return isOpen ? values[keyword] ?? "" : "***"
    }
}
