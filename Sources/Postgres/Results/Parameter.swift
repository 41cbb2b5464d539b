/// A value for a placeholder (`$1`), sent in text format; the server infers the type from the statement.
public struct Parameter: Sendable, Hashable {
    /// nil is NULL.
    let text: String?

    /// SQL's NULL.
    public static let null = Parameter(text: nil)
    /// The value's text form, as a literal of its type would have it between the quotes.
    public static func text(_ text: String) -> Parameter { Parameter(text: text) }

    private init(text: String?) { self.text = text }

    /// NULL where there is no text.
    public init(_ text: String?) { self.init(text: text) }
    /// NULL where there is no number.
    public init(_ number: (some BinaryInteger)?) { self.init(text: number.map { String($0) }) }
    /// NULL where there is no truth value.
    public init(_ truth: Bool?) { self.init(text: truth.map { $0 ? "t" : "f" }) }
}

extension Parameter: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    public init(stringLiteral text: String) { self.init(text: text) }
    public init(integerLiteral number: Int) { self.init(number) }
    public init(booleanLiteral truth: Bool) { self.init(truth) }
    public init(nilLiteral: ()) { self.init(text: nil) }
}
