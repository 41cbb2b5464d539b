extension StringProtocol {
    /// The text with control and format characters (terminal escapes, direction marks) written out as `\u{…}` and line
    /// breaks as `⏎`, so that what a database or a file says cannot steer a terminal.
    public var harmless: String {
        guard unicodeScalars.contains(where: \.isHarmful) else { return String(self) }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "⏎"
            case "\r": continue
            case _ where scalar.isHarmful: text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isHarmful: Bool {
        switch properties.generalCategory {
        case .control: self != "\t"
        case .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
