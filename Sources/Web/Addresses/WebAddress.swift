internal import FoundationEssentials

/// An address that has been read: `http` or `https`, with a host, and with nothing in it that a server could misread.
struct WebAddress: Sendable {
    /// Without user, password and fragment.
    let url: URL
    let isEncrypted: Bool
    let host: String
    let port: Int
    /// The user and the password before the host, if there are any.
    let login: Login?

    struct Login: Sendable {
        let user: String
        let password: String
    }

    /// - Returns: nil where the text is no such address.
    init?(_ text: String) {
        // URL would write spaces and line ends as %20 and %0A; here they are a mistake, such as a file's last line end.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), var parts = URLComponents(string: text) else {
            return nil
        }
        switch parts.scheme?.lowercased() {
        case "http": isEncrypted = false
        case "https": isEncrypted = true
        default: return nil
        }
        guard let name = parts.host.map(Self.withoutBrackets), !name.isEmpty, name.utf8.allSatisfy(Self.isPartOfHost)
        else { return nil }
        host = name.lowercased()
        // A number that is too large for Int reads like a port that is absent.
        let hasPort = parts.rangeOfPort.map { !$0.isEmpty } ?? false
        guard let port = parts.port ?? (hasPort ? nil : isEncrypted ? 443 : 80), 1...65_535 ~= port else { return nil }
        self.port = port
        login = parts.user.map { Login(user: $0, password: parts.password ?? "") }
        (parts.user, parts.password, parts.fragment) = (nil, nil, nil)
        guard let url = parts.url else { return nil }
        self.url = url
    }

    /// What the client is given.
    var text: String { url.absoluteString }

    /// Scheme, host and port: all that may be shown, because a path or a query can hold a secret.
    var place: String {
        "\(isEncrypted ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// Where a redirect from here leads; nil where that is no web address.
    func resolving(_ location: String) -> WebAddress? {
        guard let url = URL(string: location, relativeTo: url) else { return nil }
        return WebAddress(url.absoluteString)
    }

    private static func withoutBrackets(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private static func isPartOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
