import FleetModel
import Monitor
import Schema

/// A finding in a file of migrations for people, and for reports that other programs show.
struct FileFindingText {
    let finding: CheckFinding

    /// Objects that are shown at a terminal.
    private static let objectsShown = 12

    /// Lines for a terminal, without the title.
    func lines(_ paint: Paint) -> [String] {
        var lines: [String] = []
        if let failure = finding.failure { lines += FailureText.lines(failure, indent: 4, paint: paint) }
        for difference in finding.differences.prefix(Self.objectsShown) {
            lines.append("    " + paint("\(difference.identity)".harmless, .strong) + " " + words(difference))
            lines += DefinitionDiff.excerpt(expected: difference.expected, live: difference.live, paint).map {
                "      " + $0
            }
        }
        let more = finding.differences.count - Self.objectsShown
        if more > 0 { lines.append("    " + paint("… \(more.of("more object")): --output json", .quiet)) }
        return lines
    }

    /// Everything in plain lines, with the title.
    var report: [String] {
        var lines = [finding.title]
        if let failure = finding.failure {
            lines.append(FailureText.headline(failure))
            if let place = failure.place {
                lines.append("at \(FailureText.shortened(place.file)):\(place.line):\(place.column)")
            }
        }
        for difference in finding.differences {
            lines.append("\(difference.identity) \(words(difference))")
            lines += DefinitionDiff.lines(expected: difference.expected, live: difference.live)
        }
        return lines
    }

    /// The file and the line, as editors take them.
    var place: String {
        guard let file = finding.file else { return "" }
        return FailureText.shortened(file.path) + (file.line.map { ":\($0)" } ?? "")
    }

    /// What the signs before lines stand for.
    var legend: String? {
        switch finding.kind {
        case .incompleteDown: "- before the up  + after the down"
        case .upAfterDown where !finding.differences.isEmpty: "- the first time  + the second time"
        default: nil
        }
    }

    private func words(_ difference: SchemaFinding) -> String {
        switch difference.change {
        case .missing: "is gone"
        case .extra: "is left"
        case .changed: "differs"
        }
    }
}
