/// Many names in one text: `tenant_{001..120}` stands for `tenant_001` to `tenant_120`.
enum NumberedNames {
    /// More than this many is an error, in one text and in a whole fleet.
    static let limit = 100_000

    /// Why a text is not a pattern.
    struct Failure: Error, Hashable {
        let message: String
    }

    /// The names in order; the text itself when there are no braces in it.
    ///
    /// Numbers keep the width of the first one when it has leading zeros. One range per text.
    static func expand(_ text: String) throws(Failure) -> [String] {
        guard let open = text.firstIndex(of: "{") else { return [text] }
        guard let close = text[open...].firstIndex(of: "}") else {
            throw Failure(message: "`{` has no `}`; a range is written `{1..120}` or `{001..120}`")
        }
        let after = text[text.index(after: close)...]
        guard !after.contains("{") else { throw Failure(message: "one range (`{1..120}`) is possible in a name") }
        let bounds = text[text.index(after: open)..<close].split(separator: "..", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = number(bounds[0]), let last = number(bounds[1]) else {
            throw Failure(message: "a range is written `{1..120}` or `{001..120}`")
        }
        guard first <= last else { throw Failure(message: "the range runs backwards: \(first)..\(last)") }
        guard last - first < limit else { throw Failure(message: "the range has more than \(limit) numbers") }
        let width = bounds[0].hasPrefix("0") ? bounds[0].count : 0
        return (first...last).map { number in
            let digits = String(number)
            let zeros = String(repeating: "0", count: max(0, width - digits.count))
            return "\(text[..<open])\(zeros)\(digits)\(after)"
        }
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.count <= 12, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text)
    }
}
