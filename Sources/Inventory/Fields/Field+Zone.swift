import FleetModel
import Foundation

extension Field {
    /// The name of a time zone.
    func zone() -> String? {
        guard let text = text("a time zone like Europe/Berlin") else { return nil }
        guard TimeZone(identifier: text) != nil else {
            let meant = Suggestion.nearest(to: text, among: TimeZone.knownTimeZoneIdentifiers)
            error(
                .invalid,
                "expected a time zone like Europe/Berlin or UTC, found \(Printable.value(text))"
                    + (meant.map { "; did you mean `\($0)`?" } ?? ""))
            return nil
        }
        return text
    }
}
