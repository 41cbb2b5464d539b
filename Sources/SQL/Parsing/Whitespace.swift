/// White space and comments, as PostgreSQL's scanner knows them.
enum Whitespace {
    /// The first byte that is neither white space nor part of a comment; the slice's end when there is none.
    static func end(in bytes: ArraySlice<UInt8>) -> Int {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if isSpace(bytes[index]) {
                index += 1
            } else if bytes[index...].starts(with: "--".utf8) {
                index =
                    bytes[index...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
                    ?? bytes.endIndex
            } else if bytes[index...].starts(with: "/*".utf8) {
                index = endOfComment(in: bytes[index...])
            } else {
                break
            }
        }
        return index
    }

    /// Where the white space at the end begins.
    static func startOfTrailing(in bytes: ArraySlice<UInt8>) -> Int {
        (bytes.lastIndex { !isSpace($0) } ?? bytes.startIndex - 1) + 1
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }

    /// Comments of this form nest.
    static func endOfComment(in bytes: ArraySlice<UInt8>) -> Int {
        var depth = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index...].starts(with: "/*".utf8) {
                depth += 1
                index += 2
            } else if bytes[index...].starts(with: "*/".utf8) {
                depth -= 1
                index += 2
                if depth == 0 { return index }
            } else {
                index += 1
            }
        }
        return bytes.endIndex
    }
}
