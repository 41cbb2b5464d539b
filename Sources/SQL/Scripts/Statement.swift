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
    /// The tables, indexes, views and sequences that it names as what it works on, for commands that lock them: not those
    /// that a query only reads.
    public let relations: [RelationName]
    /// What it says about an index, if it builds one.
    public let index: IndexStatement?
    /// The settings that it changes (SET, RESET, `set_config` with a name that is written out), in lower case; `all` for
    /// RESET ALL. What a function or a DO block changes is not seen.
    public let settings: Set<String>
    /// False for a transaction statement with options.
    let isPlain: Bool
    let releasesLocks: Bool
    let effects: [StatementEffect]

    /// Whether PostgreSQL allows it in a transaction block.
    public var runsInTransaction: Bool { kind.runsInTransaction }
}

extension Statement {
    /// The longest excerpt, in characters.
    static let excerptLength = 80

    init(_ reading: StatementReading, range: Range<Int>, place: TextPlace, excerpt: String) {
        kind = reading.kind
        self.range = range
        self.place = place
        self.excerpt = excerpt
        relations = reading.relations
        index = reading.index
        settings = reading.settings
        isPlain = reading.isPlain
        releasesLocks = reading.releasesLocks
        effects = reading.effects
    }

    static func excerpt(of bytes: ArraySlice<UInt8>) -> String {
        // Four bytes a character at most; the rest of the statement is not looked at.
        let line = bytes.prefix(4 * (excerptLength + 1)).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let text = withoutSecrets(line)
        let cut = text.count > excerptLength ? text.prefix(excerptLength - 1) + "…" : text[...]
        return String(cut).harmless
    }

    /// Cuts the line behind the word that a secret follows, as in `CREATE ROLE app PASSWORD '…'` or in a connection
    /// string: excerpts are printed and stored.
    private static func withoutSecrets(_ line: ArraySlice<UInt8>) -> String {
        let word = Array("password".utf8)
        guard let start = line.indices.first(where: { line.names(word, at: $0) }) else {
            return String(decoding: line, as: UTF8.self)
        }
        return String(decoding: line[..<(start + word.count)], as: UTF8.self) + " …"
    }
}
