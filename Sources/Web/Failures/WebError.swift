internal import FleetModel

/// Why a web address gave no answer.
public struct WebError: Error, Sendable, Hashable {
    /// What a program decides on.
    public enum Reason: Sendable, Hashable {
        /// Not `http://` or `https://` with a host, or spaces or control characters in it. Nothing was sent.
        case invalidAddress
        /// A header's name or value holds characters that headers cannot hold. Nothing was sent.
        case invalidHeader
        /// The host name has no address, or the name server did not answer. Nothing was sent.
        case unresolved
        /// Nothing listens there. Nothing was sent.
        case refused
        /// There is no way to the host. Nothing was sent.
        case unreachable
        /// TLS failed, most often because the certificate is not trusted: nothing of the request was sent then.
        case tls
        /// The timeout passed.
        case timedOut
        /// The connection ended before the answer did.
        case brokenOff
        /// What answers there does not speak HTTP.
        case notHTTP
        /// More than `WebRequest.mostRedirects` in a row.
        case tooManyRedirects
        /// A redirect that is not followed.
        case badRedirect(Redirect)
        /// The task was cancelled.
        case cancelled
        /// Anything else.
        case other
    }

    /// Why a redirect is not followed.
    public enum Redirect: Sendable, Hashable {
        /// It leads to no `http://` or `https://` address.
        case noWebAddress
        /// From https to http.
        case losesEncryption(to: String)
        /// The body would go to another place.
        case takesBodyElsewhere(to: String)
    }

    /// What a program decides on.
    public let reason: Reason
    /// Scheme, host and port of the address that was asked last; nil where it is none.
    public let place: String?
    /// What the network said about it, without anything of the request.
    public let detail: String?

    init(_ reason: Reason, at place: String?, detail: String? = nil) {
        self.reason = reason
        self.place = place
        self.detail = detail.map { String($0.harmless.prefix(300)) }
    }
}

extension WebError: CustomStringConvertible {
    public var description: String {
        "\(place.map { "\($0): " } ?? "")\(sentence)\(detail.map { " (\($0))" } ?? "")"
    }

    private var sentence: String {
        switch reason {
        case .invalidAddress:
            "The address is not http:// or https:// with a host, or it holds spaces. Nothing was sent."
        case .invalidHeader: "A header's name or value holds characters that it cannot hold. Nothing was sent."
        case .unresolved: "The host name was not resolved. Nothing was sent."
        case .refused: "The connection was refused. Nothing was sent."
        case .unreachable: "The host was not reached. Nothing was sent."
        case .tls: "No trusted TLS connection came about."
        case .timedOut: "No complete answer came in time."
        case .brokenOff: "The connection ended before the answer did."
        case .notHTTP: "What answered does not speak HTTP."
        case .tooManyRedirects: "It redirected more than \(WebRequest.mostRedirects) times."
        case .badRedirect(.noWebAddress): "It redirected to what is no web address."
        case .badRedirect(.losesEncryption(let next)):
            "It redirected to \(next), which is not encrypted; that was not followed."
        case .badRedirect(.takesBodyElsewhere(let next)):
            "It redirected what was sent to \(next); that was not followed."
        case .cancelled: "Asking was cancelled."
        case .other: "Asking failed."
        }
    }
}
