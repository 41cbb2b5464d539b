import FleetModel
import Schema

extension DefinitionDiff {
    /// The lines of a difference for people: what is expected and what is found in colours of their own, nothing that harms
    /// a terminal.
    static func painted(expected: String?, live: String?, _ paint: Paint) -> [String] {
        lines(expected: expected, live: live).map { line in
            paint(line.harmless, line.hasPrefix("- ") ? .bad : line.hasPrefix("+ ") ? .good : .quiet)
        }
    }

    /// The first of those lines, and how many more there are, which only the document shows.
    static func excerpt(expected: String?, live: String?, _ paint: Paint) -> [String] {
        let lines = painted(expected: expected, live: live, paint)
        guard lines.count > linesShown else { return lines }
        return lines.prefix(linesShown)
            + [paint("… \(lines.count - linesShown) more lines: --output json", .quiet)]
    }

    /// Lines of one object that are shown at a terminal.
    private static let linesShown = 24
}
