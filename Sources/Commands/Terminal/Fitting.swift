extension StringProtocol {
    /// The text cut to a number of characters, with an ellipsis where something is missing.
    func cut(to width: Int) -> String {
        guard count > width else { return String(self) }
        return String(prefix(Swift.max(0, width - 1))) + "…"
    }

    /// The text filled up with spaces behind it.
    func filled(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
