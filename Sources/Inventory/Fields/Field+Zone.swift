import FleetModel
import Foundation

extension Field {
    /// Names without a slash that the time zone database has. Foundation knows more, as `PST` and `GMT+2`, which systemd and
    /// Kubernetes do not, and which are not one zone.
    private static let plainZones: Set<String> = ["UTC", "GMT", "CET", "EET", "MET", "WET", "EST", "MST", "HST"]

    /// The name of a time zone.
    func zone() -> String? {
        guard let text = text("a time zone like Europe/Berlin") else { return nil }
        guard text.contains("/") || Self.plainZones.contains(text), TimeZone(identifier: text) != nil else {
            let meant =
                TimeZone.abbreviationDictionary[text]
                ?? Suggestion.nearest(to: text, among: TimeZone.knownTimeZoneIdentifiers)
            error(
                .invalid,
                "expected a time zone like Europe/Berlin or UTC, found \(Printable.value(text))"
                    + (meant.map { "; did you mean `\($0)`?" } ?? ""))
            return nil
        }
        return text
    }
}
