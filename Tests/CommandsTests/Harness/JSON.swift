import Foundation

/// A JSON document as it is, so that tests see the keys and types that other programs see.
enum JSON: Sendable, Hashable, Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(_ text: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([JSON].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSON].self))
        }
    }

    /// The value of a key; `null` where there is none.
    subscript(key: String) -> JSON {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    /// The elements of an array; none for anything else.
    var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }

    /// The text of a string.
    var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The number, if it is a whole one.
    var integer: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }

    /// The value of a boolean.
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The keys of an object with the types of their values, in order: `dirty: bool`. Arrays show their elements' shapes.
    func shape(_ path: String = "") -> Set<String> {
        switch self {
        case .null: ["\(path): null"]
        case .bool: ["\(path): bool"]
        case .number: ["\(path): number"]
        case .string: ["\(path): string"]
        case .array(let elements):
            elements.isEmpty ? ["\(path)[]"] : elements.reduce(into: []) { $0.formUnion($1.shape(path + "[]")) }
        case .object(let members):
            members.isEmpty
                ? ["\(path){}"]
                : members.reduce(into: []) { $0.formUnion($1.value.shape(path.isEmpty ? $1.key : "\(path).\($1.key)")) }
        }
    }
}
