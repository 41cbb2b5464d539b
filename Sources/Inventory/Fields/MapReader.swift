internal import FleetModel

/// A map whose keys are fixed: refuses unknown ones, and hands out the values by key.
struct MapReader {
    let field: Field
    private let entries: [YAMLEntry]

    /// `nil` when the field is not a map; unknown keys are logged with the nearest known one.
    init?(_ field: Field, _ expected: String, keys: Set<String>, isIgnored: (String) -> Bool = { _ in false }) {
        self.field = field
        if field.node.isNull {
            entries = []
            return
        }
        guard case .mapping(let entries) = field.node.content else {
            field.error(.wrongType, "expected \(expected), found \(field.node.kind)")
            return nil
        }
        self.entries = entries
        for entry in entries where !keys.contains(entry.key) && !isIgnored(entry.key) {
            let key = Printable.key(entry.key)
            let meant = key == entry.key ? Suggestion.ending(for: key, among: Array(keys)) : ""
            field.log.error(
                .unknownKey, at: entry.keyPosition, path: field.path, "unknown key `\(key)`\(meant)")
        }
    }

    subscript(key: some FieldKey) -> Field? { self[key.rawValue] }

    subscript(name: String) -> Field? {
        guard let entry = entries.first(where: { $0.key == name }) else { return nil }
        return value(of: entry)
    }

    /// The values whose keys are libpq's keywords.
    var keywords: [(name: String, value: Field)] {
        entries.compactMap { LibPQKeyword.all.contains($0.key) ? ($0.key, value(of: $0)) : nil }
    }

    /// The value of a key that must be there.
    func required(_ key: some FieldKey, _ message: @autoclosure () -> String) -> Field? {
        if let field = self[key] { return field }
        field.error(.missing, message())
        return nil
    }

    private func value(of entry: YAMLEntry) -> Field {
        Field(node: entry.value, path: .key(entry.key, in: field.path), log: field.log)
    }
}
