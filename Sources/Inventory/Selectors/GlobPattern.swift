/// A pattern of a name: `*` stands for any characters (also `/`), `?` for one. All else stands for itself.
public struct GlobPattern: Sendable, Hashable {
    /// The pattern as it was typed.
    public let text: String
    private let characters: [Character]

    /// Takes any text.
    public init(_ text: String) {
        self.text = text
        characters = Array(text)
    }

    /// Whether the whole name fits. Takes at most name length times pattern length steps.
    public func matches(_ name: String) -> Bool {
        let name = Array(name)
        var (at, place) = (0, 0)
        // Where to go on when a later part does not fit: behind the last `*`, one character further on.
        var retry: (pattern: Int, name: Int)?
        while at < name.count {
            if place < characters.count, characters[place] == "*" {
                retry = (place + 1, at)
                place += 1
            } else if place < characters.count, characters[place] == "?" || characters[place] == name[at] {
                (at, place) = (at + 1, place + 1)
            } else if let last = retry {
                (at, place) = (last.name + 1, last.pattern)
                retry = (last.pattern, last.name + 1)
            } else {
                return false
            }
        }
        return characters[place...].allSatisfy { $0 == "*" }
    }

    /// Whether some name that begins with `prefix` can fit; true when in doubt.
    func canMatch(prefix: String) -> Bool {
        let literal = String(characters.prefix { $0 != "*" && $0 != "?" })
        let isWhole = literal.count == characters.count
        return literal.hasPrefix(prefix) || (!isWhole && prefix.hasPrefix(literal))
    }
}
