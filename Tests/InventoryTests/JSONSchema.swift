import Foundation
import Testing

@testable import Inventory

/// As much of JSON Schema 2020-12 as `docs/fleet.schema.json` uses, applied to YAML nodes.
///
/// A keyword that it does not know is an error, so that the schema cannot say more than is tested.
struct JSONSchema {
    let root: [String: any Sendable]

    static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../docs/fleet.schema.json")

    static func load() throws -> JSONSchema {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        return JSONSchema(root: try #require(object as? [String: any Sendable]))
    }

    /// The schema behind a path like `$defs/wave`.
    func definition(_ path: String) -> [String: any Sendable] {
        var found: any Sendable = root
        for part in path.split(separator: "/") {
            if let list = found as? [any Sendable], let index = Int(part) {
                found = list.indices.contains(index) ? list[index] : [String: any Sendable]()
            } else {
                found = (found as? [String: any Sendable])?[String(part)] ?? [String: any Sendable]()
            }
        }
        return found as? [String: any Sendable] ?? [:]
    }

    func properties(_ path: String) -> [String: any Sendable] {
        definition(path)["properties"] as? [String: any Sendable] ?? [:]
    }

    /// What does not fit, as `path: reason`; empty when all does.
    func problems(_ node: YAMLNode) -> [String] { problems(node, root, "") }

    private func problems(_ node: YAMLNode, _ schema: [String: any Sendable], _ path: String) -> [String] {
        schema.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
            switch key {
            case "$ref":
                let reference = String((value as? String ?? "").dropFirst(2))
                return problems(node, definition(reference), path)
            case "type":
                let types = value as? [String] ?? [value as? String ?? ""]
                return types.contains { fits(node, type: $0) } ? [] : ["\(path): is not \(types)"]
            case "enum":
                return (value as? [String] ?? []).contains(scalar(node) ?? "") ? [] : ["\(path): is not in the list"]
            case "anyOf":
                let ways = value as? [[String: any Sendable]] ?? []
                return ways.contains { problems(node, $0, path).isEmpty } ? [] : ["\(path): fits none of anyOf"]
            case "required":
                let keys = Set(entries(node).map(\.key))
                return (value as? [String] ?? []).filter { !keys.contains($0) }.map { "\(path): has no \($0)" }
            case "properties":
                let known = value as? [String: any Sendable] ?? [:]
                return entries(node).flatMap { entry -> [String] in
                    guard let schema = known[entry.key] as? [String: any Sendable] else { return [] }
                    return problems(entry.value, schema, "\(path).\(entry.key)")
                }
            case "additionalProperties":
                let known = schema["properties"] as? [String: any Sendable] ?? [:]
                let others = entries(node).filter { known[$0.key] == nil && !$0.key.hasPrefix("x-") }
                guard let rest = value as? [String: any Sendable] else {
                    return others.map { "\(path): has the unknown key \($0.key)" }
                }
                return others.flatMap { problems($0.value, rest, "\(path).\($0.key)") }
            case "propertyNames":
                return entries(node).flatMap { entry in
                    let name = YAMLNode(content: .scalar(entry.key, isPlain: false), position: .start)
                    return problems(name, value as? [String: any Sendable] ?? [:], "\(path).\(entry.key)")
                }
            case "items":
                return items(node).enumerated().flatMap { index, item in
                    problems(item, value as? [String: any Sendable] ?? [:], "\(path)[\(index)]")
                }
            case "pattern":
                guard let text = scalar(node), let pattern = value as? String,
                    let regex = try? NSRegularExpression(pattern: pattern)
                else { return [] }
                let whole = NSRange(text.startIndex..., in: text)
                return regex.firstMatch(in: text, range: whole) == nil ? ["\(path): does not fit \(pattern)"] : []
            case "minimum": return bound(node, value, path) { $0 >= $1 }
            case "maximum": return bound(node, value, path) { $0 <= $1 }
            case "exclusiveMinimum": return bound(node, value, path) { $0 > $1 }
            case "minItems": return items(node).isEmpty && !isOther(node) ? ["\(path): is empty"] : []
            case "minLength": return scalar(node) == "" ? ["\(path): is empty"] : []
            case "maxLength": return (scalar(node)?.count ?? 0) > (value as? Int ?? 0) ? ["\(path): is too long"] : []
            case "minProperties": return entries(node).isEmpty ? ["\(path): is empty"] : []
            case "not": return ["\(path): is not possible"]
            case "$schema", "$defs", "title", "description", "patternProperties": return []
            default: return ["\(path): the schema's keyword \(key) is not tested"]
            }
        }
    }

    private func bound(
        _ node: YAMLNode, _ value: any Sendable, _ path: String, _ holds: (Double, Double) -> Bool
    ) -> [String] {
        guard let number = scalar(node).flatMap(Double.init), let limit = (value as? NSNumber)?.doubleValue else {
            return []
        }
        return holds(number, limit) ? [] : ["\(path): is out of bounds"]
    }

    /// The types of YAML's core schema.
    private func fits(_ node: YAMLNode, type: String) -> Bool {
        switch node.content {
        case .mapping: return type == "object"
        case .sequence: return type == "array"
        case .scalar(_, isPlain: false): return type == "string"
        case .scalar(let text, isPlain: true):
            if node.isNull { return type == "null" }
            if text == "true" || text == "false" { return type == "boolean" }
            if Int(text) != nil { return type == "integer" || type == "number" }
            return type == (Double(text) == nil ? "string" : "number")
        }
    }

    private func isOther(_ node: YAMLNode) -> Bool { if case .sequence = node.content { false } else { true } }

    private func scalar(_ node: YAMLNode) -> String? {
        guard case .scalar(let text, _) = node.content else { return nil }
        return text
    }

    private func items(_ node: YAMLNode) -> [YAMLNode] {
        guard case .sequence(let items) = node.content else { return [] }
        return items
    }

    private func entries(_ node: YAMLNode) -> [YAMLEntry] {
        guard case .mapping(let entries) = node.content else { return [] }
        return entries
    }
}
