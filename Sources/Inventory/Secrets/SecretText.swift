/// Text that may be secret or may refer to one: its parts are put together only when it is used.
///
/// Nothing that prints a value (`description`, `dump`, string interpolation, a debugger's summary) shows the text.
public struct SecretText: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case literal(String)
        case reference(SecretReference)
    }

    let parts: [Part]
    /// Where the text stands in the file; `nil` when it refers to nothing, and so cannot fail.
    let place: SourcePlace?

    init(parts: [Part], place: SourcePlace?) {
        self.parts = parts
        self.place = place
    }

    /// Text that is already known.
    public init(_ text: String) {
        parts = [.literal(text)]
        place = nil
    }

    /// Text that was checked when the inventory was read and kept as it stands there; references to files are relative to
    /// the folder. What is no reference any more is taken as it is.
    public init(referring text: String, in directory: String) {
        parts = (try? Self.parts(of: text, directory: directory)) ?? [.literal(text)]
        place = nil
    }

    /// Whether the text must be looked up somewhere before it can be used.
    public var isReference: Bool {
        parts.contains { if case .reference = $0 { true } else { false } }
    }

    /// The text, when it refers to nothing.
    package var literal: String? {
        switch parts.first {
        case nil: ""
        case .literal(let text) where parts.count == 1: text
        case .literal, .reference: nil
        }
    }
}

extension SecretText.Part: CustomStringConvertible, CustomReflectable {
    var description: String { "<redacted>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension SecretText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
