import Foundation
import Glibc

/// Where output goes: data to standard output, everything for people that is not data to standard error.
struct Output: Sendable {
    /// How data is written.
    enum Format: String, Sendable, CaseIterable {
        /// For people.
        case text
        /// One document with `schema_version`, described in docs/json.md.
        case json
    }

    let format: Format
    let data: Terminal
    let messages: Terminal
    let isVerbose: Bool

    init(format: Format, noColor: Bool, isVerbose: Bool) {
        self.format = format
        self.isVerbose = isVerbose
        data = .output(noColor: noColor)
        messages = .messages(noColor: noColor)
    }

    /// The width to fit tables in; `nil` when nobody looks.
    var dataWidth: Int? { data.isInteractive ? data.width : nil }

    /// Writes the one result of a command, in the format that was asked for.
    func write(_ document: some Encodable, text: () -> [String]) throws {
        switch format {
        case .text: write(text())
        case .json: try writeJSON(document)
        }
    }

    /// Writes lines of data.
    func write(_ lines: [String]) {
        if !lines.isEmpty { Self.put(lines.joined(separator: "\n") + "\n", STDOUT_FILENO) }
    }

    func writeJSON(_ document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        Self.put(String(decoding: try encoder.encode(Versioned(document)), as: UTF8.self) + "\n", STDOUT_FILENO)
    }

    /// Writes a document as one line, for streams.
    func writeLine(_ document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        Self.put(String(decoding: try encoder.encode(Versioned(document)), as: UTF8.self) + "\n", STDOUT_FILENO)
    }

    /// Tells people something, on standard error.
    func tell(_ line: String) { Self.put(line + "\n", STDERR_FILENO) }

    /// Writes bytes as they are, on standard error.
    func tellRaw(_ text: String) { Self.put(text, STDERR_FILENO) }

    /// A reader that went away is not an error: what is left is dropped.
    static func put(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard written > 0 || errno == EINTR else { return }
                if written > 0 { rest = rest.dropFirst(written) }
            }
        }
    }
}

/// Adds `schema_version` to a document, whose keys stay at the top level.
private struct Versioned<Document: Encodable>: Encodable {
    let document: Document

    init(_ document: Document) { self.document = document }

    private enum Key: String, CodingKey {
        case schemaVersion = "schema_version"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(1, forKey: .schemaVersion)
        try document.encode(to: encoder)
    }
}
