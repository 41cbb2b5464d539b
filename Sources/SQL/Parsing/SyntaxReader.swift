/// Reads the JSON that libpg_query writes.
///
/// Its shape is known and its writer is trusted, so this reader is small, keeps no positions, and can pass over what
/// nobody asked for without building it (an INSERT with a million values, for example).
struct SyntaxReader {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The value that begins here; `nil` when it is not JSON.
    mutating func value() -> SyntaxNode? {
        switch next {
        case UInt8(ascii: "{"): object()
        case UInt8(ascii: "["): list()
        case UInt8(ascii: "\""): string().map(SyntaxNode.text)
        case UInt8(ascii: "t"): word("true", .flag(true))
        case UInt8(ascii: "f"): word("false", .flag(false))
        case UInt8(ascii: "n"): word("null", .nothing)
        default: number()
        }
    }

    /// The fields of the object that begins here, each as a reader of its value; none is built.
    mutating func skim() -> [String: SyntaxReader]? {
        guard skip("{") else { return nil }
        var fields: [String: SyntaxReader] = [:]
        while !skip("}") {
            _ = skip(",")
            guard let name = string(), skip(":") else { return nil }
            fields[name] = self
            passOver()
        }
        return fields
    }

    /// Moves to the end of the value that begins here.
    private mutating func passOver() {
        var depth = 0
        var isText = false
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\\") where isText: index += 1
            case UInt8(ascii: "\""): isText.toggle()
            case _ where isText: break
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return
            default: break
            }
            index += 1
        }
    }

    /// Moves on if the bytes that come next are `text`.
    mutating func skip(_ text: StaticString) -> Bool {
        var cursor = index
        for byte in "\(text)".utf8 {
            guard cursor < bytes.endIndex, bytes[cursor] == byte else { return false }
            cursor += 1
        }
        index = cursor
        return true
    }

    mutating func string() -> String? {
        guard skip("\"") else { return nil }
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = escape() else { return nil }
                text += escaped
            default:
                text.append(byte)
            }
        }
        return nil
    }

    private var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private mutating func escape() -> [UInt8]? {
        guard let byte = next else { return nil }
        index += 1
        switch byte {
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            // Only control characters are written in this form, so there are no surrogates.
            let digits = bytes[index..<min(index + 4, bytes.endIndex)]
            guard let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = UnicodeScalar(code)
            else { return nil }
            index += 4
            return Array(String(Character(scalar)).utf8)
        default: return [byte]
        }
    }

    private mutating func object() -> SyntaxNode? {
        guard skip("{") else { return nil }
        var fields: [String: SyntaxNode] = [:]
        while !skip("}") {
            _ = skip(",")
            guard let name = string(), skip(":"), let value = value() else { return nil }
            fields[name] = value
        }
        return .object(fields)
    }

    private mutating func list() -> SyntaxNode? {
        guard skip("[") else { return nil }
        var items: [SyntaxNode] = []
        while !skip("]") {
            _ = skip(",")
            guard let item = value() else { return nil }
            items.append(item)
        }
        return .list(items)
    }

    private mutating func word(_ text: StaticString, _ value: SyntaxNode) -> SyntaxNode? {
        skip(text) ? value : nil
    }

    private mutating func number() -> SyntaxNode? {
        let start = index
        while let byte = next, Self.numeric.contains(byte) { index += 1 }
        return Double(String(decoding: bytes[start..<index], as: UTF8.self)).map(SyntaxNode.number)
    }

    private static let numeric = Set("+-.0123456789eE".utf8)
}
