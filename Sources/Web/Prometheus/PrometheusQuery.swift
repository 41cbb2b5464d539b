internal import FoundationEssentials

/// A question to a Prometheus server, or to what speaks its API (Thanos, Mimir, VictoriaMetrics).
public struct PrometheusQuery: Sendable {
    /// Where the server is, with the prefix of its API where it has one: `https://metrics.example/prometheus`.
    public var address: String
    /// An expression that gives a scalar or an instant vector.
    public var query: String
    /// What goes along, such as Authorization or X-Scope-OrgID.
    public var headers: [(name: String, value: String)]
    /// For the question and its answer together; the server is told to give up by then.
    public var timeout: Duration
    /// A PEM file with certificate authorities that are trusted on top of the system's; nil for none.
    public var authorities: String?

    /// Makes a query; nothing is sent before `values`.
    public init(
        _ query: String, at address: String, headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(10), authorities: String? = nil
    ) {
        self.query = query
        self.address = address
        self.headers = headers
        self.timeout = timeout
        self.authorities = authorities
    }

    /// The value of a scalar, or those of all series of an instant vector, in the server's order: finite, and at least one.
    public func values() async throws(PrometheusError) -> [Double] {
        let answer: WebAnswer
        let request = try request()
        do {
            answer = try await Web.ask(request)
        } catch {
            throw PrometheusError(.web(error), at: error.place)
        }
        do {
            return try PrometheusAnswer.values(in: answer)
        } catch {
            throw PrometheusError(error, at: WebAddress(address)?.place)
        }
    }

    private func request() throws(PrometheusError) -> WebRequest {
        guard WebAddress(address) != nil, var parts = URLComponents(string: address) else {
            throw PrometheusError(.web(WebError(.invalidAddress, at: nil)), at: nil)
        }
        let prefix = parts.percentEncodedPath
        let end = prefix.lastIndex { $0 != "/" }.map(prefix.index(after:)) ?? prefix.startIndex
        parts.percentEncodedPath = prefix[..<end] + "/api/v1/query"
        guard let url = parts.url else { throw PrometheusError(.web(WebError(.invalidAddress, at: nil)), at: nil) }
        let milliseconds = max(1, min(timeout, .seconds(86_400)) / .milliseconds(1))
        let form = "query=\(Self.formEncoded(query))&timeout=\(Int(milliseconds))ms"
        return WebRequest(
            url.absoluteString, method: .post,
            headers: headers + [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
            body: Array(form.utf8), timeout: timeout, authorities: authorities)
    }

    private static func formEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}

extension PrometheusQuery: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(query) at \(WebAddress(address)?.place ?? "(no web address)")" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["query": query, "timeout": timeout]) }
}
