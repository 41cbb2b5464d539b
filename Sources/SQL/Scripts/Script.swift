import FleetModel

/// An SQL file, read by PostgreSQL's own grammar.
///
/// Reading takes time in proportion to the text; read a file once and keep its script.
public struct Script: Sendable {
    /// The text that is sent to the server: the file without a byte order mark.
    public let text: String
    /// In the order of the text; empty when it holds only comments, and when `refusal` is set. Without the BEGIN and the
    /// COMMIT of a wrapper (see `isWrapped`).
    public let statements: [Statement]
    /// What is sent when the script is run in one transaction with other statements around it: the text, with spaces for
    /// the BEGIN and the COMMIT of a wrapper, so that every position stays.
    public let body: String
    /// Whether the file begins with a plain BEGIN and ends with a plain COMMIT, and says nothing else of transactions.
    public let isWrapped: Bool
    /// What the file asks for in comments before its first statement.
    public let directives: Directives
    /// The relations that its statements lock so that writers wait, or would make them wait, each once.
    public let lockedRelations: Set<RelationName>
    /// What in it loses data or breaks running clients, in the order of its statements. Empty where `refusal` is set; what
    /// DO blocks and functions do is not seen.
    public let hazards: [StatementHazard]
    /// Why PostgreSQL 15's grammar cannot read the text; `nil` when it can. A newer server may be able to.
    public let refusal: SQLError?
    /// What pgfleet cannot run, whatever the server; the first of it in the text.
    public let obstacle: SQLError?
    /// Whether the script may be run in one transaction with other statements around it.
    public let transactions: Transactions
    /// Whether it may leave something in its session that no command takes back; see `mayMarkSession(_:)`.
    public let mayMarkSession: Bool

    /// How a script stands to transactions.
    public enum Transactions: Sendable, Hashable {
        /// All its statements can run in one transaction.
        case one
        /// This statement (its index) cannot run in a transaction.
        case outside(Int)
        /// This statement (its index) begins or ends a transaction by itself.
        case own(Int)
        /// The grammar cannot read the text, and something in it may begin or end a transaction or not run in one.
        case unknown
    }

    /// Reads a script.
    ///
    /// - Parameter runsInTransaction: false for a file whose tool runs it outside of a transaction: then its own BEGIN and
    ///   COMMIT count.
    /// - Throws: when it can never be SQL: not UTF-8, a NUL byte, too large; and for a directive that cannot be followed. A
    ///   syntax error is no error here but `refusal`.
    public init(_ bytes: [UInt8], runsInTransaction: Bool = true) throws(SQLError) {
        let body = bytes.starts(with: Self.byteOrderMark) ? bytes.dropFirst(Self.byteOrderMark.count) : bytes[...]
        guard body.count < Self.largestMessage else { throw SQLError(reason: .tooLarge, place: .start) }
        if let nul = body.firstIndex(of: 0) { throw Self.error(.nulByte, at: nul, in: body) }
        guard let text = String(validating: body, as: UTF8.self) else {
            throw Self.error(.notUTF8, at: Self.firstInvalidByte(in: body), in: body)
        }
        self.text = text
        // From here on positions are those of `text`, which begins at zero.
        let content = body.startIndex == 0 ? body : Array(body)[...]
        let found = Result { () throws(Grammar.Refusal) in try Self.statements(in: text, content) }
        let all = (try? found.get()) ?? []
        let directives = try Directives(in: content, around: all.map(\.range))
        self.directives = directives
        mayMarkSession = Self.mayMarkSession(content)
        switch found {
        case .success:
            refusal = nil
            obstacle = Self.obstacle(among: all)
            isWrapped = runsInTransaction && directives.transaction != false && Self.isWrapped(all)
            statements = isWrapped ? Array(all.dropFirst().dropLast()) : all
            transactions = Self.transactions(of: statements)
            hazards = HazardSearch.hazards(in: statements)
            lockedRelations = Set(all.lazy.filter(\.kind.locksOutWriters).flatMap(\.relations))
            self.body = isWrapped ? Self.blanking([all.first, all.last].compactMap { $0?.range }, in: text) : text
            if directives.transaction == true, transactions != .one {
                throw SQLError(
                    reason: .directive("transaction=on, but a statement cannot run in one"),
                    place: all.first { !$0.runsInTransaction }?.place ?? .start)
            }
        case .failure(let error):
            let refusal = Self.error(error, in: text, content)
            statements = []
            hazards = []
            lockedRelations = []
            isWrapped = false
            self.body = text
            self.refusal = refusal
            switch refusal.reason {
            case .psqlCommand, .psqlVariable, .copyThroughClient, .tooDeep: obstacle = refusal
            default: obstacle = nil
            }
            transactions = Self.mayCrossTransactions(text, content) ? .unknown : .one
        }
    }

    /// Whether statements of the script change who the session is or what it may write, so that whoever goes on in its
    /// transaction must first take the rights back. Also true for a text that the grammar cannot read.
    public var mayLoseRights: Bool {
        refusal != nil || statements.contains { !$0.settings.isDisjoint(with: Self.rights) }
    }

    /// Whether statements of the script say of the transaction what must be said before its first query (SET TRANSACTION).
    public var setsTransaction: Bool {
        statements.contains { !$0.settings.isDisjoint(with: Self.saidAtTheStart) }
    }

    /// The statement's own text.
    public func text(of statement: Statement) -> Substring {
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: statement.range.lowerBound)
        return text[start..<utf8.index(start, offsetBy: statement.range.count)]
    }

    /// The place of a character of the text, counted from 1 as the server counts the position of an error.
    public func place(ofCharacter number: Int) -> TextPlace {
        let bytes = Array(text.utf8)[...]
        return Self.place(at: bytes.index(ofCharacter: number), in: bytes)
    }

    /// The index of the statement that a character (from 1) lies in, or of the last one that begins before it.
    public func statement(atCharacter number: Int) -> Int? {
        let offset = Array(text.utf8)[...].index(ofCharacter: number)
        return statements.lastIndex { $0.range.lowerBound <= offset }
    }
}

extension Script {
    /// What some editors put before a text in UTF-8; no part of it.
    package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let largestMessage = 1 << 30
    private static let with = Array("with".utf8)

    private static func statements(in text: String, _ bytes: ArraySlice<UInt8>) throws(Grammar.Refusal) -> [Statement] {
        var places = PlaceFinder(bytes)
        var statements: [Statement] = []
        let mayCall = bytes.namesNotedFunction
        for extent in try Grammar.split(text) {
            let start = Whitespace.end(in: bytes[extent])
            guard start < extent.upperBound else { continue }
            let end = Whitespace.startOfTrailing(in: bytes[start..<extent.upperBound])
            let range = start..<end
            guard !Nesting.isTooDeep(bytes[range]) else {
                let character = bytes[..<start].count { !$0.continuesCharacter } + 1
                throw Grammar.Refusal(message: "nested too deeply", character: character, isTooDeep: true)
            }
            guard
                let reading = StatementReading(
                    tree: try Grammar.tree(of: String(decoding: bytes[range], as: UTF8.self)), mayCall: mayCall,
                    beginsWith: bytes[range].names(Self.with, at: start))
            else { continue }
            statements.append(
                Statement(
                    reading, range: range, place: places.place(at: start),
                    excerpt: Statement.excerpt(of: bytes[range])))
        }
        return statements
    }

    private static func transactions(of statements: [Statement]) -> Transactions {
        if let own = statements.firstIndex(where: \.kind.controlsTransactions) { return .own(own) }
        if let outside = statements.firstIndex(where: { !$0.runsInTransaction }) { return .outside(outside) }
        return .one
    }

    private static let rights: Set = [
        "role", "session_authorization", "transaction_read_only", "default_transaction_read_only",
    ]

    private static let saidAtTheStart: Set = [
        "transaction_isolation", "transaction_read_only", "transaction_deferrable", "transaction snapshot",
    ]

    private static func isWrapped(_ statements: [Statement]) -> Bool {
        guard let first = statements.first, let last = statements.last, statements.count > 1,
            first.kind == .transaction(.begin) || first.kind == .transaction(.start), first.isPlain,
            last.kind == .transaction(.commit), last.isPlain
        else { return false }
        return transactions(of: Array(statements.dropFirst().dropLast())) == .one
    }

    /// The text with a space for each character of the ranges.
    private static func blanking(_ ranges: [Range<Int>], in text: String) -> String {
        let bytes = Array(text.utf8)
        var blanked: [UInt8] = []
        blanked.reserveCapacity(bytes.count)
        var start = 0
        for range in ranges {
            blanked += bytes[start..<range.lowerBound]
            for byte in bytes[range] where !byte.continuesCharacter { blanked.append(UInt8(ascii: " ")) }
            start = range.upperBound
        }
        return String(decoding: blanked + bytes[start...], as: UTF8.self)
    }

    private static func obstacle(among statements: [Statement]) -> SQLError? {
        for statement in statements {
            switch statement.kind {
            case .copy(throughClient: true): return SQLError(reason: .copyThroughClient, place: statement.place)
            case .discard(all: true): return SQLError(reason: .releasesSessionLocks, place: statement.place)
            case _ where statement.releasesLocks:
                return SQLError(reason: .releasesSessionLocks, place: statement.place)
            default: continue
            }
        }
        return nil
    }

    /// Looks at the pieces that the grammar can read one by one. A piece that it cannot read is no transaction control:
    /// that part of the grammar has not changed since PostgreSQL 15.
    private static func mayCrossTransactions(_ text: String, _ bytes: ArraySlice<UInt8>) -> Bool {
        guard let pieces = try? Grammar.splitByTokens(text) else { return true }
        return pieces.contains { piece in
            guard !Nesting.isTooDeep(bytes[piece]),
                let tree = try? Grammar.tree(of: String(decoding: bytes[piece], as: UTF8.self)),
                let reading = StatementReading(tree: tree)
            else { return false }
            return !reading.kind.runsInTransaction
        }
    }

    private static func error(
        _ refusal: Grammar.Refusal, in text: String, _ bytes: ArraySlice<UInt8>
    ) -> SQLError {
        let index = bytes.index(ofCharacter: max(refusal.character, 1))
        if refusal.isTooDeep { return error(.tooDeep, at: index, in: bytes) }
        if let copy = copyThroughClient(before: index, in: bytes) {
            return error(.copyThroughClient, at: copy, in: bytes)
        }
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "\\") {
            let command = bytes[index...].prefix { $0 > UInt8(ascii: " ") }.prefix(20)
            return error(.psqlCommand(String(decoding: command, as: UTF8.self).harmless), at: index, in: bytes)
        }
        if let variable = variable(at: index, in: bytes) { return error(.psqlVariable(variable), at: index, in: bytes) }
        return error(
            .syntax(message: QueryExcerpt.maskingQuotation(in: refusal.message).harmless), at: index, in: bytes)
    }

    /// Where a COPY through the client begins, whose data, which are no SQL, the grammar stumbled over.
    private static func copyThroughClient(before index: Int, in bytes: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: bytes[..<index], as: UTF8.self)
        guard let pieces = try? Grammar.splitByTokens(text) else { return nil }
        for piece in pieces {
            let start = Whitespace.end(in: bytes[piece])
            guard bytes.names(Array("copy".utf8), at: start), !Nesting.isTooDeep(bytes[piece]),
                let tree = try? Grammar.tree(of: String(decoding: bytes[start..<piece.upperBound], as: UTF8.self)),
                StatementReading(tree: tree)?.kind == .copy(throughClient: true)
            else { continue }
            return start
        }
        return nil
    }

    /// The variable of psql that begins at a byte: a colon, then a name or a quoted one. (`::` is a cast.)
    private static func variable(at index: Int, in bytes: ArraySlice<UInt8>) -> String? {
        guard index < bytes.endIndex, bytes[index] == UInt8(ascii: ":"), let next = bytes[(index + 1)...].first else {
            return nil
        }
        let isQuote = next == UInt8(ascii: "'") || next == UInt8(ascii: "\"")
        let isLetter =
            (next | 0x20 >= UInt8(ascii: "a") && next | 0x20 <= UInt8(ascii: "z")) || next == UInt8(ascii: "_")
        guard isQuote || isLetter else { return nil }
        let name = bytes[(index + 2)...].prefix { byte in
            isQuote ? byte != next && byte >= UInt8(ascii: " ") : byte.isOfName
        }
        let end = isQuote && name.endIndex < bytes.endIndex ? name.endIndex + 1 : name.endIndex
        return String(decoding: bytes[index..<end].prefix(40), as: UTF8.self).harmless
    }

    private static func error(_ reason: SQLError.Reason, at index: Int, in bytes: ArraySlice<UInt8>) -> SQLError {
        SQLError(reason: reason, place: place(at: index, in: bytes))
    }

    private static func place(at index: Int, in bytes: ArraySlice<UInt8>) -> TextPlace {
        var finder = PlaceFinder(bytes)
        return finder.place(at: index)
    }

    private static func firstInvalidByte(in bytes: ArraySlice<UInt8>) -> Int {
        var valid = bytes.startIndex
        for index in bytes.indices where !bytes[index].continuesCharacter {
            guard String(validating: bytes[valid..<index], as: UTF8.self) != nil else { return valid }
            valid = index
        }
        return valid
    }
}

extension UInt8 {
    fileprivate var isOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
