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
}
