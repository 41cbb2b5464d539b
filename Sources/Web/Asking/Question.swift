internal import AsyncHTTPClient
internal import NIOHTTP1
internal import NIOSSL

/// A request that has been checked, with the address that it goes to now.
struct Question: Sendable {
    private(set) var address: WebAddress
    private var method: WebRequest.Method
    private var headers: [(name: String, value: String)]
    private var body: [UInt8]?
    private var login: WebAddress.Login?
    private let authorities: String?

    /// - Throws: `.invalidAddress`, `.invalidHeader`.
    init(_ request: WebRequest) throws(WebError) {
        guard let address = WebAddress(request.address) else { throw WebError(.invalidAddress, at: nil) }
        for header in request.headers where !Self.isName(header.name) || !Self.isValue(header.value) {
            throw WebError(.invalidHeader, at: address.place)
        }
        self.address = address
        method = request.method
        headers = request.headers
        body = request.body
        login = address.login
        authorities = request.authorities
    }

    /// What is asked where an answer leads to another address; nil where its status does not.
    ///
    /// As browsers do, 301, 302 and 303 turn a POST into a GET; 307 and 308 repeat it.
    /// - Throws: `.badRedirect` where it may not be followed.
    /// - Source: RFC 9110, section 15.4.
    func redirected(_ status: Int, to location: String) throws(WebError) -> Question? {
        guard [301, 302, 303, 307, 308].contains(status) else { return nil }
        guard let next = address.resolving(location) else {
            throw WebError(.badRedirect(.noWebAddress), at: address.place)
        }
        if address.isEncrypted && !next.isEncrypted {
            throw WebError(.badRedirect(.losesEncryption(to: next.place)), at: address.place)
        }
        var question = self
        question.address = next
        if status < 307, method == .post {
            question.method = .get
            question.body = nil
            question.headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
        }
        guard !isSamePlace(next) else { return question }
        guard question.body == nil else {
            throw WebError(.badRedirect(.takesBodyElsewhere(to: next.place)), at: address.place)
        }
        question.headers = []
        question.login = nil
        return question
    }

    /// The same host and port, or its http on port 80 and its https on port 443.
    private func isSamePlace(_ other: WebAddress) -> Bool {
        guard address.host == other.host else { return false }
        if address.isEncrypted == other.isEncrypted { return address.port == other.port }
        return address.port == 80 && other.port == 443 && other.isEncrypted
    }

    /// What the client sends.
    var message: HTTPClientRequest {
        var message = HTTPClientRequest(url: address.text)
        message.method = HTTPMethod(rawValue: method.rawValue)
        message.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        if !message.headers.contains(name: "User-Agent") { message.headers.add(name: "User-Agent", value: "pgfleet") }
        message.headers.replaceOrAdd(name: "Connection", value: "close")
        if let login, !message.headers.contains(name: "Authorization") {
            message.setBasicAuth(username: login.user, password: login.password)
        }
        if let body { message.body = .bytes(body) }
        if let authorities {
            var settings = TLSConfiguration.makeClientConfiguration()
            settings.additionalTrustRoots = [.file(authorities)]
            message.tlsConfiguration = settings
        }
        return message
    }

    /// - Source: RFC 9110, section 5.6.2.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && !#""(),/:;<=>?@[\]{}"#.utf8.contains(byte)
            }
    }

    private static func isValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }
    }
}
