/// A place in a text as an editor shows it.
public struct TextPlace: Sendable, Hashable {
    /// From 1.
    public let line: Int
    /// From 1, in characters (Unicode code points), as PostgreSQL counts.
    public let column: Int

    /// Makes a place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The first character of a text.
    public static let start = TextPlace(line: 1, column: 1)
}

/// Walks forward through a text and knows line and column of each byte that it comes to.
///
/// A line ends with LF; the CR of a CRLF is the last character of its line and so moves no column after it.
struct PlaceFinder {
    private let bytes: ArraySlice<UInt8>
    private var offset: Int
    private var place = TextPlace.start

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    /// The place of the byte at `target`, which must not lie before one that was asked for earlier.
    mutating func place(at target: Int) -> TextPlace {
        var line = place.line
        var column = place.column
        while offset < min(target, bytes.endIndex) {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if !byte.continuesCharacter {
                column += 1
            }
            offset += 1
        }
        // A position inside of a character belongs to that character.
        place = TextPlace(line: line, column: column)
        return place
    }
}

extension UInt8 {
    /// True for the second and later bytes of a character in UTF-8.
    var continuesCharacter: Bool { self & 0b1100_0000 == 0b1000_0000 }
}

extension ArraySlice<UInt8> {
    /// Index of the character with this number, counted from 1 as PostgreSQL counts; the end when there are fewer.
    func index(ofCharacter number: Int) -> Int {
        var left = number
        for index in indices where !self[index].continuesCharacter {
            left -= 1
            if left == 0 { return index }
        }
        return endIndex
    }
}
