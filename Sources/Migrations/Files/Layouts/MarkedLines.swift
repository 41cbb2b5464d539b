internal import SQL

/// A line of a file, for tools that divide a file by lines of a certain form.
struct MarkedLine {
    /// Without its end.
    let bytes: ArraySlice<UInt8>
    /// From 1.
    let number: Int

    var place: TextPlace { TextPlace(line: number, column: 1) }

    /// Its bytes' place in the file.
    var range: Range<Int> { bytes.startIndex..<bytes.endIndex }

    /// Whether it holds nothing, or a comment of the form `--` and nothing else.
    var isCommentOrBlank: Bool {
        let content = bytes.drop { $0 <= UInt8(ascii: " ") }
        return content.isEmpty || content.starts(with: "--".utf8)
    }

    /// Whether it holds directives of pgfleet.
    var isDirective: Bool { comment?.first?.lowercased().hasPrefix("pgfleet:") == true }

    /// Only comments and blank lines stand before the first mark of a tool that has marks.
    ///
    /// - Parameter mark: the mark that has not come yet.
    func checkBefore(_ mark: String, of tool: String) throws(FileRefusal) {
        guard !isDirective else {
            throw FileRefusal("a directive of pgfleet stands below the mark of the part that it is for", at: place)
        }
        guard isCommentOrBlank else { throw FileRefusal("SQL before '-- \(mark)', which \(tool) refuses", at: place) }
    }

    /// The words after a `--` at the line's very beginning; nil where it begins otherwise.
    var comment: [Substring]? {
        guard bytes.starts(with: "--".utf8) else { return nil }
        return String(decoding: bytes.dropFirst(2).prefix(1000), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }
}

enum MarkedLines {
    /// Goes through the lines of a file, whose byte order mark is passed over.
    static func forEach(
        in bytes: [UInt8], _ body: (MarkedLine) throws(FileRefusal) -> Void
    ) throws(FileRefusal) {
        var start = bytes.starts(with: Script.byteOrderMark) ? Script.byteOrderMark.count : 0
        var number = 1
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            try body(MarkedLine(bytes: bytes[start..<end], number: number))
            start = end + 1
            number += 1
        }
    }
}
