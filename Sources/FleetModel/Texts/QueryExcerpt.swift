/// The first line of a query, fit to be printed and stored: without literals, comments and passwords.
package enum QueryExcerpt {
    /// The longest excerpt, in characters.
    package static let length = 80

    /// Of someone else's query: strings and numbers become `?`.
    package static func make(_ query: String) -> String {
        let trimmed = query.drop(while: \.isWhitespace)
        let line = trimmed.prefix { !$0.isNewline }
        let text = masked(line, masksNumbers: true)
        let isCut = text.count > length || line.count < trimmed.count && !text.hasSuffix("…")
        return (text.prefix(length) + (isCut ? " …" : "")).harmless
    }

    /// A line of SQL with `?` for each string, up to a little more than an excerpt's length; nothing follows the word
    /// `password`. Made for text that may be cut anywhere: what is not closed ends it.
    package static func masked(_ line: Substring, masksNumbers: Bool = false) -> String {
        var rest = line
        var text = ""
        while let character = rest.first, text.count <= length {
            switch character {
            case "'":
                rest = rest.dropFirst()
                dropString(&rest, hasEscapes: text.last == "E" || text.last == "e")
                text += "?"
            case "$" where dropDollarString(&rest):
                text += "?"
            case "-" where rest.hasPrefix("--"):
                rest = ""
            case "/" where rest.hasPrefix("/*"):
                dropComment(&rest)
            case _ where masksNumbers && character.isNumber && !(text.last?.isPartOfName ?? false):
                rest = rest.drop { $0.isNumber || $0 == "." }
                text += "?"
            default:
                text.append(character)
                rest = rest.dropFirst()
            }
        }
        if let word = text.lowercased().firstRange(of: "password") {
            text =
                text.prefix(text.lowercased().distance(from: text.lowercased().startIndex, to: word.upperBound)) + " …"
        }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// An error's text whose quotation of SQL (`syntax error at or near "'…`) shows no string.
    package static func maskingQuotation(in message: String) -> String {
        guard let first = message.firstIndex(of: "\""), let last = message.lastIndex(of: "\""), first < last else {
            return message
        }
        let quotation = message.index(after: first)..<last
        return message[..<quotation.lowerBound] + masked(message[quotation]) + message[last...]
    }

    private static func dropString(_ rest: inout Substring, hasEscapes: Bool) {
        while let character = rest.popFirst() {
            if hasEscapes, character == "\\" { rest = rest.dropFirst() }
            guard character == "'" else { continue }
            guard rest.first == "'" else { return }
            rest = rest.dropFirst()
        }
    }

    /// `$1` is no string and stays.
    private static func dropDollarString(_ rest: inout Substring) -> Bool {
        let tag = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard tag.first?.isNumber != true, rest.dropFirst(tag.count + 1).first == "$" else { return false }
        let mark = "$\(tag)$"
        rest = rest.dropFirst(mark.count)
        if let end = rest.firstRange(of: mark) { rest = rest[end.upperBound...] } else { rest = "" }
        return true
    }

    private static func dropComment(_ rest: inout Substring) {
        if let end = rest.firstRange(of: "*/") { rest = rest[end.upperBound...] } else { rest = "" }
    }
}

extension Character {
    fileprivate var isPartOfName: Bool { isLetter || isNumber || self == "_" || self == "$" }
}
