/// The parts of a database's address, `scheme://user:password@host:port/database?key=value`, read as golang-migrate reads
/// it: with Go's `net/url`.
///
/// Nothing of the text is in an error: an address that cannot be read may hold a password anywhere.
struct AddressText {
    /// Why a text is not an address, in words that hold nothing of it.
    struct Failure: Error, Hashable {
        let message: String
    }

    let scheme: String
    private(set) var user: String?
    private(set) var password: String?
    private(set) var host: String?
    private(set) var port: String?
    /// With its leading slash.
    let path: String
    /// Of several values of a key the first one, as Go has it.
    private(set) var query: [(key: String, value: String)] = []

    /// Schemes of golang-migrate's drivers for PostgreSQL: lib/pq, pgx 4 and pgx 5.
    static let schemes = ["postgres", "postgresql", "pgx", "pgx4", "pgx5"]

    init(_ text: String) throws(Failure) {
        guard !text.unicodeScalars.contains(where: Printable.isControl) else {
            throw Failure(message: "it has control characters")
        }
        guard let start = text.firstRange(of: "://"), Self.schemes.contains(text[..<start.lowerBound].lowercased())
        else {
            throw Failure(
                message: "an address begins with one of " + Self.schemes.map { "\($0)://" }.joined(separator: ", "))
        }
        scheme = text[..<start.lowerBound].lowercased()
        var rest = text[start.upperBound...]
        guard !rest.contains("#") else {
            throw Failure(message: "`#` must be written %23, also in a password")
        }
        var queryText: Substring = ""
        if let mark = rest.firstIndex(of: "?") {
            queryText = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = try Self.decoded(rest[slash...], "the database's name")
        try readAuthority(rest[..<slash])
        try readQuery(queryText)
    }

    private mutating func readAuthority(_ text: Substring) throws(Failure) {
        var server = text
        if let at = text.lastIndex(of: "@") {
            let (name, secret) = String(text[..<at]).splitOnce(at: ":") ?? (String(text[..<at]), "")
            user = try Self.decoded(name[...], "the user's name")
            // A reference stands as it is; its braces and its colon are not decoded.
            password = secret.hasPrefix("${") ? secret : try Self.decoded(secret[...], "the password")
            if !text[..<at].contains(":") { password = nil }
            server = text[text.index(after: at)...]
        }
        guard !server.contains(",") else {
            throw Failure(message: "it names several servers; give each its own --database")
        }
        let end = server.hasPrefix("[") ? server.lastIndex(of: "]") ?? server.startIndex : server.startIndex
        if let colon = server[end...].lastIndex(of: ":") {
            let digits = server[server.index(after: colon)...]
            guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
                throw Failure(
                    message:
                        "what stands after the host's colon is not a port; `:`, `/`, `?`, `#` and `@` in a password "
                        + "are written %3A, %2F, %3F, %23 and %40")
            }
            port = digits.isEmpty ? nil : String(digits)
            server = server[..<colon]
        }
        if server.hasPrefix("["), server.hasSuffix("]") { server = server.dropFirst().dropLast() }
        host = server.isEmpty ? nil : try Self.decoded(server, "the host's name")
    }

    private mutating func readQuery(_ text: Substring) throws(Failure) {
        var seen: Set<String> = []
        for pair in text.split(separator: "&") {
            let (key, value) = String(pair).splitOnce(at: "=") ?? (String(pair), "")
            let name = try Self.decoded(key[...].replacingPlus, "a parameter's name")
            let decoded = try Self.decoded(value[...].replacingPlus, "the value of \(Printable.key(name))")
            if seen.insert(name).inserted { query.append((name, decoded)) }
        }
    }

    /// Replaces `%41` by what it stands for.
    private static func decoded(_ text: some StringProtocol, _ what: String) throws(Failure) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.first != UInt8(ascii: "+")
            else { throw Failure(message: "a `%` in \(what) is not followed by two digits; `%` itself is written %25") }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self),
            !decoded.unicodeScalars.contains(where: Printable.isControl)
        else { throw Failure(message: "\(what) is not text in UTF-8, or has control characters") }
        return decoded
    }
}

extension Substring {
    /// In a query a plus sign is a space.
    fileprivate var replacingPlus: String { String(map { $0 == "+" ? " " : $0 }) }
}
