internal import CLibPQ

/// Tells why libpq gave up connecting.
///
/// libpq has no field for the server's code before a session exists, but with PQERRORS_VERBOSE its text carries it, as
/// `FATAL:  28P01: password authentication failed …`. What comes without a code is told by how far libpq had come.
struct ConnectFailure {
    /// libpq's text, from all servers that it tried.
    var text: String
    /// It failed while TLS was negotiated, with the server still there.
    var isInTLS: Bool
    /// The server asked for a password and none was known.
    var needsPassword: Bool

    var error: PostgresError {
        let report = Self.report(in: text)
        let message = Self.readable(text)
        return PostgresError(reason(report?.sqlState), message, server: report)
    }

    private func reason(_ state: SQLState?) -> PostgresError.Reason {
        switch state {
        case .unknownDatabase?: .unknownDatabase
        case let state? where state.errorClass == "28": .authenticationFailed
        case nil where isInTLS: .tlsFailed
        case nil where needsPassword: .authenticationFailed
        default: .connectionFailed
        }
    }

    /// The last server's report in libpq's verbose text.
    static func report(in text: String) -> ServerReport? {
        for line in text.split(separator: "\n").reversed() {
            guard let found = line.firstMatch(of: /(\S+):  ([0-9A-Z]{5}): (.*)/) else { continue }
            let severity = found.1 == "PANIC" ? "PANIC" : "FATAL"
            return ServerReport(
                severity: severity, sqlState: SQLState(rawValue: String(found.2)), message: String(found.3))
        }
        return nil
    }

    /// In one line, without the codes and the server's source lines that verbosity brings.
    static func readable(_ text: String) -> String {
        text.split(separator: "\n")
            .filter { $0.firstMatch(of: /^\S+:  \w+, \w+\.c:\d+$/) == nil }
            .map { line in
                line.replacing(#/:  [0-9A-Z]{5}: /#, with: ":  ").drop(while: \.isWhitespace)
            }
            .joined(separator: "; ")
            .replacing(":  ", with: ": ")
    }
}
