import FleetModel
import Foundation

/// A failure, told to a person: what, where, in which state the database is now, and what to do next.
enum FailureText {
    static func lines(_ failure: TargetFailure, indent: Int, paint: Paint) -> [String] {
        var lines = [paint(headline(failure), .bad)]
        if let place = failure.place {
            var text = "at \(shortened(place.file)):\(place.line):\(place.column)"
            if let statement = place.statement, let statements = place.statements {
                text += ", statement \(statement) of \(statements)"
            }
            lines.append(text)
            if let excerpt = place.excerpt { lines.append(paint("  " + excerpt.harmless.cut(to: 72), .quiet)) }
        }
        if let hint = failure.hint { lines.append("hint: \(hint.harmless)") }
        if let consequence = failure.consequence { lines.append(consequence.harmless) }
        if let remedy = failure.remedy { lines.append(paint("→ ", .active) + remedy.harmless) }
        return lines.map { String(repeating: " ", count: indent) + $0 }
    }

    /// A path inside of the current directory is shown from there on.
    static func shortened(_ path: String) -> String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return (path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path).harmless
    }

    /// One line: the kind of failure, the server's code and its message.
    static func headline(_ failure: TargetFailure) -> String {
        let code = failure.sqlState.map { " (SQLSTATE \($0))" } ?? ""
        return failure.message.harmless + code
    }
}

extension TargetFailure {
    /// Stands before a target's name; what the operator stopped is no error, and neither is what others kept back.
    func sign(_ paint: Paint) -> String {
        switch kind {
        case .cancelled: paint("■", .warning)
        case .deferred: paint("…", .warning)
        default: paint("✗", .bad)
        }
    }
}

extension Version? {
    /// The version as people read it; nothing applied is `none`.
    var text: String { map { String(describing: $0) } ?? "none" }
}

extension Double {
    /// A length of time that one reads at a glance.
    var secondsText: String {
        switch self {
        case ..<0.9995: "\(Int((self * 1000).rounded())) ms"
        case ..<99.95: "\((self * 10).rounded() / 10) s".replacing(".0 s", with: " s")
        case ..<5400: "\(Int((self / 60).rounded())) min"
        default: "\((self / 360).rounded() / 10) h"
        }
    }
}

extension Int {
    /// The number with its noun, which gets an `s` unless there is one.
    func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
