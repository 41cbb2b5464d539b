/// How deep the parse tree of a statement may be.
///
/// libpg_query writes its tree by recursion without a limit, and it is read by recursion: a chain of tens of thousands of
/// operators would overflow the stack and end the process. So the depth is bounded before the grammar sees the text.
enum Nesting {
    /// The greatest depth that is read; see `estimate`. Twice as much fits on a thread of Swift's pool (8 MiB) in a debug
    /// build, whatever the tree is made of.
    static let limit = 4000

    static func isTooDeep(_ text: ArraySlice<UInt8>) -> Bool {
        // Each operator takes a byte, and so does a parenthesis.
        text.count > limit && estimate(of: text) > limit
    }

    /// An upper bound for the depth of a statement's tree, in operators, queries and parentheses.
    ///
    /// What makes a tree deeper than a list is a chain of operators (`a || b || c` is one within the other), a chain of
    /// UNION or JOIN, CASE, and what stands in parentheses. Items of a list, and what AND and OR join, lie side by side.
    static func estimate(of text: ArraySlice<UInt8>) -> Int {
        var scanner = Scanner(text: text, index: text.startIndex)
        while scanner.next() {}
        return scanner.deepest
    }

    private struct Level {
        let isCase: Bool
        /// Operators since the list's item began.
        var operators = 0
        /// Set operations and joins, which hold lists.
        var queries = 0
    }

    private struct Scanner {
        let text: ArraySlice<UInt8>
        var index: Int
        var deepest = 0
        private var level = Level(isCase: false)
        private var outer: [Level] = []
        /// The depth of all that is around the level.
        private var outerDepth = 0

        init(text: ArraySlice<UInt8>, index: Int) {
            self.text = text
            self.index = index
        }

        /// Passes over one token; false at the end.
        mutating func next() -> Bool {
            guard index < text.endIndex else { return false }
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "'"): skipQuoted(byte, hasEscapes: false)
            case UInt8(ascii: "\""): skipQuoted(byte, hasEscapes: false)
            case UInt8(ascii: "$"): skipDollar()
            case UInt8(ascii: "("), UInt8(ascii: "["): open(Level(isCase: false))
            case UInt8(ascii: ")"), UInt8(ascii: "]"): close()
            case UInt8(ascii: ","), UInt8(ascii: ";"): separate()
            case UInt8(ascii: "-") where follows(UInt8(ascii: "-")), UInt8(ascii: "/") where follows(UInt8(ascii: "*")):
                index = max(index + 1, Whitespace.end(in: text[index...]))
            case UInt8(ascii: " "), UInt8(ascii: "\t")...UInt8(ascii: "\r"), UInt8(ascii: "."): index += 1
            case _ where byte.isOfWord: skipWord()
            default:
                // Each of them may be one operator, as in `- - 1`.
                level.operators += 1
                index += 1
                note()
            }
            return true
        }

        private func follows(_ byte: UInt8) -> Bool { index + 1 < text.endIndex && text[index + 1] == byte }

        private mutating func note() { deepest = max(deepest, outerDepth + level.operators + level.queries) }

        private mutating func open(_ next: Level) {
            index += 1
            outerDepth += level.operators + level.queries + 1
            outer.append(level)
            level = next
            note()
        }

        private mutating func close() {
            index += 1
            // A CASE without its END is no SQL; the parenthesis ends it.
            while level.isCase, !outer.isEmpty { leave() }
            leave()
        }

        private mutating func leave() {
            guard let before = outer.popLast() else { return }
            level = before
            outerDepth -= before.operators + before.queries + 1
        }

        private mutating func separate() {
            index += 1
            level.operators = 0
        }

        private mutating func skipQuoted(_ quote: UInt8, hasEscapes: Bool) {
            index += 1
            while index < text.endIndex {
                let byte = text[index]
                index += hasEscapes && byte == UInt8(ascii: "\\") ? 2 : 1
                if byte == quote { return }
            }
            index = text.endIndex
        }

        private mutating func skipDollar() {
            let tag = text[(index + 1)...].prefix { $0.isOfWord && $0 != UInt8(ascii: "$") }
            let end = tag.endIndex
            guard end < text.endIndex, text[end] == UInt8(ascii: "$"), tag.first?.isDigit != true else {
                index = max(end, index + 1)
                return
            }
            let mark = text[index...end]
            index = end + 1
            while index < text.endIndex {
                guard text[index] == UInt8(ascii: "$"), text[index...].starts(with: mark) else {
                    index += 1
                    continue
                }
                index += mark.count
                return
            }
        }

        private mutating func skipWord() {
            let start = index
            while index < text.endIndex, text[index].isOfWord { index += 1 }
            let word = text[start..<index]
            if word.count == 1, index < text.endIndex, text[index] == UInt8(ascii: "'"),
                word.names([UInt8(ascii: "e")], at: start)
            {
                return skipQuoted(UInt8(ascii: "'"), hasEscapes: true)
            }
            guard let role = Nesting.role(of: word) else { return }
            switch role {
            case .separator: level.operators = 0
            case .operation:
                level.operators += 1
                note()
            case .query:
                level.queries += 1
                note()
            case .beginning:
                index -= 1
                open(Level(isCase: true))
            case .end:
                if level.isCase { leave() }
            }
        }
    }

    private enum Role { case separator, operation, query, beginning, end }

    private static func role(of word: ArraySlice<UInt8>) -> Role? {
        // Most words are none of these.
        guard (2...9).contains(word.count) else { return nil }
        return roles[word.count]?.first { word.names($0.name, at: word.startIndex) }?.role
    }

    private static let roles: [Int: [(name: [UInt8], role: Role)]] = {
        let words: [(Role, [String])] = [
            (.separator, ["and", "or", "when", "then"]), (.beginning, ["case"]), (.end, ["end"]),
            (.query, ["union", "intersect", "except", "join"]),
            (
                .operation,
                [
                    "not", "is", "isnull", "notnull", "in", "like", "ilike", "similar", "between", "collate", "at",
                    "overlaps", "else",
                ]
            ),
        ]
        let all = words.flatMap { role, names in names.map { (name: Array($0.utf8), role: role) } }
        return Dictionary(grouping: all) { $0.name.count }
    }()
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// Of a word, a number or a placeholder.
    fileprivate var isOfWord: Bool {
        isDigit || self >= 0x80 || self == UInt8(ascii: "_") || self == UInt8(ascii: "$")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
