/// One question to a web address: a health probe, a webhook.
///
/// Addresses, headers and bodies may hold secrets. No `description` of this module shows more than scheme, host and port.
public struct WebRequest: Sendable {
    /// What is done at the address.
    public enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
    }

    /// What is done at the address.
    public var method: Method
    /// `http://` or `https://`. A user and a password before the host become an Authorization header, unless `headers` has
    /// one.
    public var address: String
    /// What goes along, such as Content-Type. The length of the body is added.
    public var headers: [(name: String, value: String)]
    /// What is sent; nil sends nothing.
    public var body: [UInt8]?
    /// For all of it together: name, connection, redirects and the whole answer. At most a day.
    public var timeout: Duration
    /// How many bytes of the answer's body are kept; the rest is not read.
    public var answerLimit: Int
    /// Whether a redirect is followed, up to `mostRedirects` in a row; otherwise it is the answer.
    ///
    /// To another place, nothing of `headers`, `body` and a password goes along; from https to http no redirect is followed.
    public var followsRedirects: Bool
    /// A PEM file with certificate authorities that are trusted on top of the system's; nil for none.
    public var authorities: String?

    /// How many redirects in a row are followed.
    public static let mostRedirects = 5

    /// Makes a request; nothing is sent before `Web.ask`.
    public init(
        _ address: String, method: Method = .get, headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil, timeout: Duration = .seconds(10), answerLimit: Int = 1_048_576,
        followsRedirects: Bool = true, authorities: String? = nil
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.answerLimit = answerLimit
        self.followsRedirects = followsRedirects
        self.authorities = authorities
    }
}

extension WebRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(method.rawValue) \(WebAddress(address)?.place ?? "(no web address)")" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["method": method, "timeout": timeout]) }
}
