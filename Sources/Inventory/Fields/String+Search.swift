extension String {
    /// Whether `part` is in it, byte by byte: the general search of Unicode text is many times slower, and is felt
    /// with 10,000 targets.
    func holds(_ part: StaticString) -> Bool {
        var rest = utf8[...]
        return part.withUTF8Buffer { wanted in
            guard let first = wanted.first else { return true }
            while let start = rest.firstIndex(of: first) {
                rest = rest[start...]
                if rest.starts(with: wanted) { return true }
                rest = rest.dropFirst()
            }
            return false
        }
    }

    /// The text before and after the first `separator`; `nil` without one.
    func splitOnce(at separator: Character) -> (String, String)? {
        guard let index = firstIndex(of: separator) else { return nil }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }
}
