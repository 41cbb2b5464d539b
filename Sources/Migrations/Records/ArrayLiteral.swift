extension [String] {
    /// As PostgreSQL reads an array of texts.
    ///
    /// By scalar and not by character: a quote followed by a combining mark is one Character that equals no quote.
    var arrayLiteral: String {
        var text = String.UnicodeScalarView()
        text.append("{")
        for (index, element) in enumerated() {
            text.append(contentsOf: (index == 0 ? "\"" : ",\"").unicodeScalars)
            for scalar in element.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { text.append("\\") }
                text.append(scalar)
            }
            text.append("\"")
        }
        text.append("}")
        return String(text)
    }
}
