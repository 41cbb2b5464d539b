internal import CLibPQ
internal import Glibc

/// Keywords and values in the form in which libpq's `…Params` functions take them.
struct StartParameters: Sendable {
    private(set) var values: [String: String]

    /// - Throws: `.nulInText`.
    init(_ settings: ConnectionSettings) throws(PostgresError) {
        values = [:]
        for keyword in settings.keywords {
            guard let value = settings[keyword] else { continue }
            guard !keyword.utf8.contains(0), !value.utf8.contains(0) else {
                throw PostgresError(.nulInText, "A connection setting contains a NUL character")
            }
            values[keyword] = value
        }
        // All text is read and written as UTF-8 here, whatever PGCLIENTENCODING says.
        values["client_encoding"] = values["client_encoding"] ?? "UTF8"
        values["fallback_application_name"] = values["fallback_application_name"] ?? "pgfleet"
    }

    func replacing(_ others: [String: String]) -> StartParameters {
        var copy = self
        copy.values.merge(others) { $1 }
        return copy
    }

    /// Lends the two parallel arrays, which end with a null pointer.
    func withArrays<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let pairs = values.sorted { $0.key < $1.key }
        return unsafe withCStrings(pairs.map(\.key) + [nil]) { keywords in
            unsafe withCStrings(pairs.map(\.value) + [nil]) { values in unsafe body(keywords, values) }
        }
    }

    /// Begins to connect; reads service and password files, and asks the name service for a host without an address.
    func start(notices: NoticeReceiver?) -> Wire {
        unsafe withArrays { keywords, values in
            unsafe Wire(unsafe PQconnectStartParams(keywords, values, 0), notices: notices)
        }
    }

    /// The servers that libpq would try, after environment and service files; nil where the settings are bad.
    ///
    /// An impossible value makes libpq stop after it has collected all settings and before it does anything with them.
    func servers() -> ServerList? {
        let stopped = replacing(["channel_binding": "stop here"]).start(notices: nil)
        guard let connection = unsafe stopped.connection, let list = unsafe PQconninfo(connection) else { return nil }
        defer { unsafe PQconninfoFree(list) }
        var found: [String: String] = [:]
        for option in unsafe LibraryOption.all(in: list) where ["host", "hostaddr", "port"].contains(option.keyword) {
            found[option.keyword] = option.value
        }
        return ServerList(host: found["host"] ?? "", address: found["hostaddr"] ?? "", port: found["port"] ?? "")
    }

    /// Whether libpq would try to connect with these settings at all. Tries a socket that cannot exist.
    func areAcceptable() -> Bool {
        let nowhere = replacing(["host": "/dev/null/none", "hostaddr": "", "port": "5432"])
        return unsafe nowhere.withArrays { unsafe PQpingParams($0, $1, 0) } != PQPING_NO_ATTEMPT
    }
}

/// Lends C strings for the time of a call; nil becomes a null pointer.
func withCStrings<Result>(_ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
    let copies = unsafe texts.map { text in unsafe text.flatMap { unsafe UnsafePointer(strdup($0)) } }
    defer { unsafe copies.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
    return unsafe copies.withUnsafeBufferPointer { buffer in
        // An empty list has no address; a list with one null pointer serves as well.
        guard let start = buffer.baseAddress else {
            return unsafe withUnsafePointer(to: nil as UnsafePointer<CChar>?) { unsafe body($0) }
        }
        return unsafe body(start)
    }
}
