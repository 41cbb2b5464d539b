/// Lines at the end of a terminal's output that are drawn anew in place.
struct Picture {
    private var drawn: [ScreenLine] = []
    private var drawnWidth = 0

    /// What draws these lines over the last ones; empty where nothing has changed.
    mutating func frame(_ lines: [ScreenLine], width: Int, paint: Paint) -> String {
        guard lines != drawn || width != drawnWidth else { return "" }
        // Without automatic margins no line can become two, whatever the terminal thinks of a character's width.
        let text =
            up(at: width) + "\u{1B}[?7l" + lines.map { $0.text(paint) + "\u{1B}[K\n" }.joined() + "\u{1B}[J\u{1B}[?7h"
        (drawn, drawnWidth) = (lines, width)
        return text
    }

    /// What takes the picture away.
    mutating func erasure(width: Int) -> String {
        guard !drawn.isEmpty else { return "" }
        defer { drawn = [] }
        return up(at: width) + "\u{1B}[J"
    }

    /// Lets the picture stand as it is; the next one comes below it.
    mutating func leave() { drawn = [] }

    /// To the first line. A terminal that has become narrower has broken longer lines into several.
    private func up(at width: Int) -> String {
        let isNarrower = width > 0 && width < drawnWidth
        let rows = drawn.reduce(0) { $0 + (isNarrower ? max(1, ($1.columns + width - 1) / width) : 1) }
        return rows > 0 ? "\u{1B}[\(rows)A\r" : ""
    }
}
