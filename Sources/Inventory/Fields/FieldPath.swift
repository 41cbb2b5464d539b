internal import FleetModel

/// The way from the document's root to a field; turned into text only when a problem names it.
final class FieldPath: Sendable, CustomStringConvertible {
    private enum Step: Sendable {
        case key(String)
        case index(Int)
    }

    private let parent: FieldPath?
    private let step: Step

    private init(_ parent: FieldPath?, _ step: Step) {
        self.parent = parent
        self.step = step
    }

    static func key(_ key: String, in parent: FieldPath?) -> FieldPath { FieldPath(parent, .key(key)) }

    static func index(_ index: Int, in parent: FieldPath?) -> FieldPath { FieldPath(parent, .index(index)) }

    var description: String {
        let before = parent?.description ?? ""
        return switch step {
        case .key(let key): before.isEmpty ? Printable.key(key) : "\(before).\(Printable.key(key))"
        case .index(let index): "\(before)[\(index)]"
        }
    }
}

/// Cuts what a file says down to what may stand in an error.
enum Printable {
    /// A key as it is, if it looks like a name; otherwise only that there is one (it may be a misplaced secret).
    static func key(_ key: String) -> String { isName(key) && key.utf8.count <= 64 ? key : "(key)" }

    /// A value in quotes, cut to a readable length; references and addresses with a password are not shown.
    static func value(_ text: String) -> String {
        if text.holds("${") || text.holds("@") { return "a value that is not shown" }
        let line = text.prefix { !$0.isNewline }
        let isCut = line.count > 40 || line.count < text.count
        return "\"\(line.prefix(40).harmless)\(isCut ? "…" : "")\""
    }

    /// Whether a character steers a terminal, or the direction of the text after it.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    /// Letters, digits, `_`, `-` and `.`, beginning with a letter, a digit or `_`.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: byte >= 0x80
            }
        }
    }
}
