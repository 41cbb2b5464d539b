import TestSupport
import Testing

@testable import Web

@Suite("Web addresses")
struct AddressTests {
    @Test(arguments: [
        "", "example.org", "//example.org/", "ftp://example.org/", "file:///etc/passwd", "unix:///run/docker.sock",
        "http+unix://%2Frun%2Fdocker.sock/", "http://", "http:///path", "https://:443/", "http://host:0/",
        "http://host:65536/", "http://host:99999999999999999999/", "http://a b/", "http://host/a b",
        "http://host/\r\nX: y", "http://host/\u{0}", "http://ho%2Fst/", "http://münchen.example/", "http://[::1/",
        " http://host/", "http://host/\n",
    ])
    func `what is no web address is refused before anything is sent`(text: String) async throws {
        await expect(.invalidAddress) { try await Web.ask(WebRequest(text)) }
    }

    @Test(arguments: [
        ("http://Example.org", "http://example.org:80"), ("HTTPS://example.org/x?y#z", "https://example.org:443"),
        ("http://[::1]:8080/", "http://[::1]:8080"), ("https://u:p@10.0.0.1:9/", "https://10.0.0.1:9"),
    ])
    func `the place is all that is shown of an address`(text: String, place: String) throws {
        #expect(WebAddress(text)?.place == place)
    }

    @Test(arguments: [
        ("X: y", "v"), ("", "v"), ("X", "a\r\nEvil: 1"), ("X", "a\u{0}"), ("X\n", "v"), ("Grüße", "v"),
    ])
    func `a header that would break out of its line is refused`(name: String, value: String) async throws {
        await expect(.invalidHeader) {
            try await Web.ask(WebRequest("http://127.0.0.1:1/", headers: [(name, value)]))
        }
    }

    @Test func `nothing secret is in what requests, answers and errors say`() async throws {
        try await withWebServer(reply: { _ in .answer(302, "secret-b", headers: ["Location": "/secret-r?secret-q"]) }) {
            server in
            let request = WebRequest(
                "http://secret-u:secret-p@127.0.0.1:\(server.port)/services/secret-t?key=secret-k", method: .post,
                headers: [("X-Token", "secret-h")], body: Array("secret-d".utf8))
            var plain = request
            plain.followsRedirects = false
            let answer = try await Web.ask(plain)
            let error = try #require(await #expect(throws: WebError.self) { try await Web.ask(request) })
            #expect(error.reason == .tooManyRedirects)
            var texts = [String(describing: error), String(reflecting: error), dumped(error)]
            texts += [String(describing: request), String(reflecting: request), dumped(request)]
            texts += [String(describing: answer), String(reflecting: answer), dumped(answer)]
            for text in texts { #expect(!text.contains("secret")) }
            #expect(error.place == "http://127.0.0.1:\(server.port)")
        }
    }

    private func dumped(_ value: some Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }
}
