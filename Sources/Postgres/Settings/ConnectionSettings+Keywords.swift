internal import CLibPQ

extension ConnectionSettings {
    /// All keywords that the installed libpq takes from users.
    public static let knownKeywords: Set<String> = Set(options.keys)

    /// The keywords whose values are never shown: `password`, `sslpassword`.
    public static let secretKeywords: Set<String> = Set(options.filter(\.value).keys)

    /// Every keyword, and whether it is secret. An empty connection string is parsed, and not PQconndefaults asked,
    /// because that reads the environment and fails where PGSERVICE names an unknown service.
    private static let options: [String: Bool] = {
        guard let list = unsafe PQconninfoParse("", nil) else { return ["password": true, "sslpassword": true] }
        defer { unsafe PQconninfoFree(list) }
        var options: [String: Bool] = [:]
        for option in unsafe LibraryOption.all(in: list) where !option.isForDebugging {
            options[option.keyword] = option.isSecret
        }
        return options
    }()

    /// Reads a connection URI (`postgresql://user@host:5432,other/database?sslmode=require`) or a string of
    /// `keyword=value` pairs.
    ///
    /// - Throws: `.badSettings`, without a word of the text, which may hold a password.
    public init(uri: String) throws(PostgresError) {
        guard !uri.utf8.contains(0) else {
            throw PostgresError(.nulInText, "The connection URI contains a NUL character")
        }
        var complaint: UnsafeMutablePointer<CChar>?
        guard let list = unsafe PQconninfoParse(uri, &complaint) else {
            defer { unsafe PQfreemem(complaint) }
            let text = unsafe complaint.map { unsafe String(cString: $0) } ?? "out of memory"
            throw PostgresError(.badSettings, "The connection URI is malformed: \(text.cutAtQuotation)")
        }
        defer { unsafe PQconninfoFree(list) }
        var values: [String: String] = [:]
        for option in unsafe LibraryOption.all(in: list) { values[option.keyword] = option.value }
        self.init(keywords: values)
    }
}

extension String {
    /// libpq quotes parts of the text or all of it, and a password may itself hold quotes: what comes after the first
    /// quotation is cut off, unless that is only a sign which libpq misses.
    fileprivate var cutAtQuotation: String {
        var kept = ""
        for (index, part) in split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            let isQuoted = !index.isMultiple(of: 2)
            guard !isQuoted || part == "=" || part == "]" else { break }
            kept += isQuoted ? "\"\(part)\"" : part
        }
        while let last = kept.last, last.isWhitespace || last == ":" || last == "(" { kept.removeLast() }
        return kept
    }
}
