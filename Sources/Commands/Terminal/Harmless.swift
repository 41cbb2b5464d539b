extension StringProtocol {
    /// The text with control characters shown as `\u{1b}` and line breaks as `⏎`, so that what a database or a file says
    /// cannot steer the terminal.
    var harmless: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return String(self) }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n", "\r": text += "⏎"
            case "\t": text += " "
            case _ where Self.isControl(scalar): text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The text cut to a number of characters, with an ellipsis where something is missing.
    func cut(to width: Int) -> String {
        guard count > width else { return String(self) }
        return String(prefix(Swift.max(0, width - 1))) + "…"
    }

    /// The text filled up with spaces behind it.
    func filled(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
