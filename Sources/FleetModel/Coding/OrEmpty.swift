/// A list whose key is left out of JSON while it is empty, so that what earlier builds stored, without the key, still
/// decodes, and what says nothing takes no room in a journal.
///
/// A wrapped property is a `var`; give it no setter for others (`public internal(set)`).
@propertyWrapper public struct OrEmpty<Element: Codable & Hashable & Sendable>: Hashable, Sendable {
    /// The list.
    public var wrappedValue: [Element]

    /// Wraps a list.
    public init(wrappedValue: [Element]) { self.wrappedValue = wrappedValue }
}

extension OrEmpty: Codable {
    /// Reads the list itself; a missing key is the business of the container.
    public init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode([Element].self)
    }

    /// Writes the list itself; leaving out an empty one is the business of the container.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

extension KeyedDecodingContainer {
    /// Reads a list; a key that is missing or null is an empty one. Synthesised `init(from:)` calls this overload.
    public func decode<Element>(_ type: OrEmpty<Element>.Type, forKey key: Key) throws -> OrEmpty<Element> {
        OrEmpty(wrappedValue: try decodeIfPresent([Element].self, forKey: key) ?? [])
    }
}

extension KeyedEncodingContainer {
    /// Writes a list unless it is empty. Synthesised `encode(to:)` calls this overload.
    public mutating func encode<Element>(_ list: OrEmpty<Element>, forKey key: Key) throws {
        if !list.wrappedValue.isEmpty { try encode(list.wrappedValue, forKey: key) }
    }
}
