import FleetModel

/// Markup in which every text is escaped: there is no way from a text to markup but through `text`.
struct HTML: Sendable, Hashable {
    /// The markup.
    let markup: String

    private init(markup: String) { self.markup = markup }

    /// Nothing.
    static let empty = HTML(markup: "")

    /// A text as it is read, with what could steer a browser or a reader's eye written out.
    static func text(_ text: some StringProtocol) -> HTML {
        HTML(markup: escaped(text.harmless))
    }

    /// An element around others. Names of elements and attributes are this program's own; values are escaped.
    static func tag(_ name: StaticString, _ attributes: [(StaticString, String)] = [], _ content: HTML...) -> HTML {
        element("\(name)", attributes, HTML.join(content))
    }

    /// An element around a text.
    static func tag(_ name: StaticString, _ attributes: [(StaticString, String)] = [], _ text: String) -> HTML {
        element("\(name)", attributes, .text(text))
    }

    /// An element whose lines stay lines.
    static func lines(_ name: StaticString, _ attributes: [(StaticString, String)] = [], _ text: String) -> HTML {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return element(
            "\(name)", attributes, HTML(markup: lines.map { escaped($0.harmless) }.joined(separator: "\n")))
    }

    /// One after the other.
    static func join(_ parts: some Sequence<HTML>) -> HTML { HTML(markup: parts.map(\.markup).joined()) }

    /// A style sheet of this program's own.
    static func style(_ text: StaticString) -> HTML { HTML(markup: "<style>\(text)</style>\n") }

    /// A whole page.
    static func page(head: HTML, body: HTML) -> String {
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n\(head.markup)</head>\n<body>\n\(body.markup)</body>\n</html>\n"
    }

    /// An element without content, as `<meta>`.
    static func void(_ name: StaticString, _ attributes: [(StaticString, String)]) -> HTML {
        HTML(markup: "<\(name)\(written(attributes))>\n")
    }

    static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.markup + right.markup) }

    private static func element(_ name: String, _ attributes: [(StaticString, String)], _ content: HTML) -> HTML {
        let isBlock = !["a", "b", "code", "span", "small", "td", "th", "dt", "dd", "summary"].contains(name)
        return HTML(markup: "<\(name)\(written(attributes))>\(content.markup)</\(name)>" + (isBlock ? "\n" : ""))
    }

    private static func written(_ attributes: [(StaticString, String)]) -> String {
        attributes.map { " \($0.0)=\"\(escaped($0.1.harmless))\"" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var markup = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": markup += "&amp;"
            case "<": markup += "&lt;"
            case ">": markup += "&gt;"
            case "\"": markup += "&quot;"
            case "'": markup += "&#39;"
            default: markup.unicodeScalars.append(scalar)
            }
        }
        return markup
    }
}
