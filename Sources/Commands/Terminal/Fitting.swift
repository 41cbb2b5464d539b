extension StringProtocol {
    /// The text cut to a number of columns, with an ellipsis where something is missing.
    func cut(to width: Int) -> String {
        guard columns > width else { return String(self) }
        return width < 1 ? "" : beginning(of: width - 1) + "…"
    }

    /// The text cut in its middle: names of targets begin alike and differ at their end.
    func cutInside(to width: Int) -> String {
        guard columns > width else { return String(self) }
        guard width >= 4 else { return cut(to: width) }
        let head = beginning(of: (width - 1) / 3)
        var (tail, left): (Substring, Int) = ("", width - 1 - head.columns)
        let text = String(self)
        var start = text.endIndex
        while start > text.startIndex {
            let before = text.index(before: start)
            left -= text[before].columns
            guard left >= 0 else { break }
            start = before
        }
        tail = text[start...]
        return head + "…" + tail
    }

    /// The text filled up with spaces behind it.
    func filled(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - columns))
    }

    /// As much of its beginning as fits.
    private func beginning(of width: Int) -> String {
        var left = width
        return String(
            prefix {
                left -= $0.columns
                return left >= 0
            })
    }
}
