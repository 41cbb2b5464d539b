internal import FleetModel

/// One statement of a script.
public struct Statement: Sendable, Hashable {
    /// What it does.
    public let kind: StatementKind
    /// Its bytes in `Script.text`: from its first word to just before its `;`, without comments before it.
    public let range: Range<Int>
    /// Where its first word is.
    public let place: TextPlace
    /// Its first line, with `?` for strings, cut to a readable length; control characters are shown as `\u{…}` and do no harm to a terminal.
    public let excerpt: String
    /// The tables, indexes, views and sequences that it names as what it works on, for commands that lock them: not those
    /// that a query only reads.
    public let relations: [RelationName]
    /// What it says about an index, if it builds one.
    public let index: IndexStatement?
    /// What it detaches concurrently, if it does.
    public let detachment: PartitionDetachment?
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
    private static let excerptLength = QueryExcerpt.length
    /// What it is made of, at most: strings take room and are left out.
    private static let excerptBytes = 1000

    init(_ reading: StatementReading, range: Range<Int>, place: TextPlace, excerpt: String) {
        kind = reading.kind
        self.range = range
        self.place = place
        self.excerpt = excerpt
        relations = reading.relations
        index = reading.index
        detachment = reading.detachment
        settings = reading.settings
        isPlain = reading.isPlain
        releasesLocks = reading.releasesLocks
        effects = reading.effects
    }

    /// Without strings and comments, which may hold secrets (a password, a connection string): it is printed and stored.
    static func excerpt(of bytes: ArraySlice<UInt8>) -> String {
        // The rest of the statement is not looked at; a character that is cut there is left out.
        let line = bytes.prefix(Self.excerptBytes).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let end = line.lastIndex { !$0.continuesCharacter } ?? line.endIndex
        let whole = line.count < Self.excerptBytes ? line : line[..<end]
        let text = QueryExcerpt.masked(Substring(decoding: whole, as: UTF8.self))
        let cut = text.count > excerptLength ? text.prefix(excerptLength - 1) + "…" : text[...]
        return String(cut).harmless
    }
}
