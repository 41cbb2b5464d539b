internal import FleetModel

extension Directives {
    /// Finds the directives of a script.
    ///
    /// - Parameters:
    ///   - statements: where its statements are, so that a directive after the first of them is found, too, and refused.
    ///   - bytes: the whole text.
    init(in bytes: ArraySlice<UInt8>, around statements: [Range<Int>]) throws(SQLError) {
        var places = PlaceFinder(bytes)
        let first = statements.first?.lowerBound ?? Whitespace.end(in: bytes)
        for comment in Self.comments(in: bytes[..<first]) {
            let text = String(decoding: bytes[comment], as: UTF8.self)
            do throws(Refusal) {
                try read(text[...])
            } catch {
                let offset = text.utf8.distance(from: text.startIndex, to: error.index)
                throw SQLError(
                    reason: .directive(error.why), place: places.place(at: comment.lowerBound + offset))
            }
        }
        var gap = first
        for end in statements.map({ ($0.lowerBound, $0.upperBound) }) + [(bytes.endIndex, bytes.endIndex)] {
            if gap < end.0, let comment = Self.comments(in: bytes[gap..<end.0]).first {
                throw SQLError(
                    reason: .directive("directives stand before the first statement"),
                    place: places.place(at: comment.lowerBound))
            }
            gap = max(gap, end.1)
        }
    }

    private static let mark = Array("pgfleet:".utf8)

    /// What follows `-- pgfleet:` in each such comment. A comment in `/* … */` is for people, also where it has such lines.
    private static func comments(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = bytes.startIndex
        var beginsLine = true
        while index < bytes.endIndex {
            if bytes[index...].starts(with: "/*".utf8) {
                index = Whitespace.endOfComment(in: bytes[index...])
            } else if beginsLine, bytes[index...].starts(with: "--".utf8) {
                let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
                let content = bytes[(index + 2)..<end].drop { $0 <= UInt8(ascii: " ") }
                if content.prefix(mark.count).map({ $0 | 0x20 }) == mark.map({ $0 | 0x20 }) {
                    found.append((content.startIndex + mark.count)..<end)
                }
                index = end
            } else {
                let byte = bytes[index]
                beginsLine = byte == UInt8(ascii: "\n") || beginsLine && (byte <= 0x20 || byte == UInt8(ascii: ";"))
                index += 1
            }
        }
        return found
    }
}
