/// Where something begins in the file; both from 1, columns in characters.
struct SourcePosition: Hashable, Sendable {
    let line: Int32
    let column: Int32

    static let start = SourcePosition(line: 1, column: 1)
}

/// A YAML value with its place. A scalar stays text: the field that reads it decides the type.
struct YAMLNode {
    enum Content {
        /// `isPlain` is true without quotes; only then can the text mean "nothing" (`null`, `~`, empty).
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    let content: Content
    let position: SourcePosition

    /// An empty value: the key is there and nothing, `~` or `null` after it.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }

    /// The kind of value, for errors.
    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "text"
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }
}

/// One key of a map and its value.
struct YAMLEntry {
    let key: String
    let keyPosition: SourcePosition
    let value: YAMLNode
}
