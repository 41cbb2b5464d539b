import FleetModel

/// An SQL file, read by PostgreSQL's own grammar.
///
/// Reading takes time in proportion to the text; read a file once and keep its script.
public struct Script: Sendable {
    /// The text that is sent to the server: the file without a byte order mark.
    public let text: String
    /// In the order of the text; empty when it holds only comments, and when `refusal` is set.
    public let statements: [Statement]
    /// Why PostgreSQL 15's grammar cannot read the text; `nil` when it can. A newer server may be able to.
    public let refusal: SQLError?
    /// What pgfleet cannot run, whatever the server; the first of it in the text.
    public let obstacle: SQLError?
    /// Whether the script may be run in one transaction with other statements around it.
    public let transactions: Transactions

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
    /// - Throws: when it can never be SQL: not UTF-8, a NUL byte, too large. A syntax error is no error here but `refusal`.
    public init(_ bytes: [UInt8]) throws(SQLError) {
        let body = bytes.starts(with: Self.byteOrderMark) ? bytes.dropFirst(Self.byteOrderMark.count) : bytes[...]
        guard body.count < Self.largestMessage else { throw SQLError(reason: .tooLarge, place: .start) }
        if let nul = body.firstIndex(of: 0) { throw Self.error(.nulByte, at: nul, in: body) }
        guard let text = String(validating: body, as: UTF8.self) else {
            throw Self.error(.notUTF8, at: Self.firstInvalidByte(in: body), in: body)
        }
        self.text = text
        // From here on positions are those of `text`, which begins at zero.
        let content = body.startIndex == 0 ? body : Array(body)[...]
        do throws(Grammar.Refusal) {
            let statements = try Self.statements(in: text, content)
            self.statements = statements
            refusal = nil
            obstacle = Self.obstacle(among: statements)
            transactions = Self.transactions(of: statements)
        } catch {
            let refusal = Self.error(error, in: content)
            statements = []
            self.refusal = refusal
            if case .psqlCommand = refusal.reason { obstacle = refusal } else { obstacle = nil }
            transactions = Self.mayCrossTransactions(text, content) ? .unknown : .one
        }
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
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let largestMessage = 1 << 30

    private static func statements(in text: String, _ bytes: ArraySlice<UInt8>) throws(Grammar.Refusal) -> [Statement] {
        var places = PlaceFinder(bytes)
        var statements: [Statement] = []
        for extent in try Grammar.split(text) {
            let start = Whitespace.end(in: bytes[extent])
            guard start < extent.upperBound else { continue }
            let end = Whitespace.startOfTrailing(in: bytes[start..<extent.upperBound])
            let range = start..<end
            let tree = try Grammar.tree(of: String(decoding: bytes[range], as: UTF8.self))
            guard let kind = StatementKind(tree: tree) else { continue }
            statements.append(
                Statement(
                    kind: kind, range: range, place: places.place(at: start),
                    excerpt: Statement.excerpt(of: bytes[range]), tables: TouchedTables.read(kind, tree: tree),
                    index: IndexStatement(kind, tree: tree)))
        }
        return statements
    }

    private static func transactions(of statements: [Statement]) -> Transactions {
        if let own = statements.firstIndex(where: \.kind.controlsTransactions) { return .own(own) }
        if let outside = statements.firstIndex(where: { !$0.runsInTransaction }) { return .outside(outside) }
        return .one
    }

    private static func obstacle(among statements: [Statement]) -> SQLError? {
        for statement in statements {
            switch statement.kind {
            case .copy(throughClient: true): return SQLError(reason: .copyThroughClient, place: statement.place)
            case .discard(all: true): return SQLError(reason: .releasesSessionLocks, place: statement.place)
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
            guard let tree = try? Grammar.tree(of: String(decoding: bytes[piece], as: UTF8.self)),
                let kind = StatementKind(tree: tree)
            else { return false }
            return !kind.runsInTransaction
        }
    }

    private static func error(_ refusal: Grammar.Refusal, in bytes: ArraySlice<UInt8>) -> SQLError {
        let index = bytes.index(ofCharacter: max(refusal.character, 1))
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "\\") {
            let command = bytes[index...].prefix { $0 > UInt8(ascii: " ") }.prefix(20)
            return error(.psqlCommand(String(decoding: command, as: UTF8.self).harmless), at: index, in: bytes)
        }
        return error(.syntax(message: refusal.message.harmless), at: index, in: bytes)
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
