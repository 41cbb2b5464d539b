import FleetModel

/// One line of a picture, put together from coloured parts and cut to the terminal's width as a whole. Holds nothing
/// that could steer a terminal but its colours.
struct ScreenLine: Sendable, Hashable {
    private struct Part: Sendable, Hashable {
        let text: String
        let tint: Paint.Tint?
    }

    private var parts: [Part] = []
    /// How many columns it takes.
    private(set) var columns = 0

    init(_ text: String = "", _ tint: Paint.Tint? = nil) { add(text, tint) }

    /// Adds text behind it.
    mutating func add(_ text: String, _ tint: Paint.Tint? = nil) {
        let clean = text.harmless.replacing("\t", with: " ")
        guard !clean.isEmpty else { return }
        parts.append(Part(text: clean, tint: tint))
        columns += clean.columns
    }

    /// The same with text behind it.
    func adding(_ text: String, _ tint: Paint.Tint? = nil) -> ScreenLine {
        var line = self
        line.add(text, tint)
        return line
    }

    /// The line at most so wide, with an ellipsis where something is missing.
    func cut(to width: Int) -> ScreenLine {
        guard columns > width else { return self }
        var line = ScreenLine()
        for part in parts {
            let left = width - line.columns
            guard line.columns + part.text.columns > width - 1 else {
                line.add(part.text, part.tint)
                continue
            }
            line.add((part.text + "…").cut(to: left), part.tint)
            break
        }
        return line
    }

    /// The line with its colours.
    func text(_ paint: Paint) -> String { parts.map { paint($0.text, $0.tint) }.joined() }
}
