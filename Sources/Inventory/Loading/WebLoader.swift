/// Reads web addresses and headers of gates and hooks. They are kept as they are written, references and all, since a
/// plan holds them and may hold no secret.
enum WebLoader {
    /// An address whose secrets, if any, are references.
    static func address(_ field: Field, _ directory: String) -> String? {
        guard let text = field.text("a web address"), field.secret("a web address", directory: directory) != nil else {
            return nil
        }
        guard text.hasPrefix("https://") || text.hasPrefix("http://") || text.hasPrefix("${") else {
            field.error(.invalid, "expected an address that begins with https:// or http://")
            return nil
        }
        let place = text.drop { $0 != ":" }.dropFirst(3).prefix { $0 != "/" }
        if let end = place.firstIndex(of: "@"), place[..<end].contains(":"), !String(place[..<end]).holds("${") {
            field.error(
                .invalid, "the address holds a password; use `${env:NAME}`, `${file:PATH}` or `${command:LINE}`")
            return nil
        }
        return text
    }

    /// Headers by name.
    static func headers(_ field: Field?, _ directory: String) -> [String: String] {
        var headers: [String: String] = [:]
        for entry in field?.entries("a map from names of headers to their texts") ?? [] {
            guard let text = entry.value.text("a header's text"),
                entry.value.secret("a header's text", directory: directory) != nil
            else { continue }
            if ["authorization", "cookie"].contains(entry.key.lowercased()), !text.holds("${") {
                entry.value.error(
                    .invalid,
                    "this secret is written into the file itself; use `${env:NAME}`, `${file:PATH}` or "
                        + "`${command:LINE}`")
            }
            headers[entry.key] = text
        }
        return headers
    }
}
