internal import FleetModel

/// One statement of a script.
public struct Statement: Sendable, Hashable {
    /// What it does.
    public let kind: StatementKind
    /// Its bytes in `Script.text`: from its first word to just before its `;`, without comments before it.
    public let range: Range<Int>
    /// Where its first word is.
    public let place: TextPlace
    /// Its first line, cut to a readable length; control characters are shown as `\u{…}` and do no harm to a terminal.
    public let excerpt: String

    /// Whether PostgreSQL allows it in a transaction block.
    public var runsInTransaction: Bool { kind.runsInTransaction }
}

extension Statement {
    /// The longest excerpt, in characters.
    static let excerptLength = 80

    static func excerpt(of bytes: ArraySlice<UInt8>) -> String {
        // Four bytes a character at most; the rest of the statement is not looked at.
        let line = bytes.prefix(4 * (excerptLength + 1)).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let text = String(decoding: line, as: UTF8.self)
        let cut = text.count > excerptLength ? text.prefix(excerptLength - 1) + "…" : text[...]
        return String(cut).harmless
    }
}
