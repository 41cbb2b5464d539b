import TestSupport
import Testing
import Web

@Suite("Encrypted web addresses")
struct TLSTests {
    @Test func `a certificate that nobody has signed is refused`() async throws {
        try await withEncryptedServer { server, _ in
            await expect(.tls) {
                try await Web.ask(WebRequest(server.address("/")))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `an authority that the request names is trusted`() async throws {
        try await withEncryptedServer { server, certificate in
            let request = WebRequest(server.address("/"), authorities: certificate.certificateFile)
            let answer = try await Web.ask(request)
            #expect(answer.body == "secret")
        }
    }

    @Test func `a certificate of another host is refused`() async throws {
        try await withEncryptedServer(for: "DNS:other.example") { server, certificate in
            for host in ["127.0.0.1", "localhost"] {
                await expect(.tls) {
                    try await Web.ask(
                        WebRequest(server.address("/", host: host), authorities: certificate.certificateFile))
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a file of authorities that is not there is an error of TLS`() async throws {
        try await withEncryptedServer { server, _ in
            await expect(.tls) {
                try await Web.ask(WebRequest(server.address("/"), authorities: "/nonexistent/authorities.pem"))
            }
        }
    }

    @Test func `a server that does not speak TLS is an error of TLS`() async throws {
        try await withWebServer(reply: { _ in .answer(200) }) { server in
            await expect(.tls) {
                try await Web.ask(WebRequest("https://127.0.0.1:\(server.port)/"))
            }
        }
    }

    @Test func `a redirect from https to http is not followed`() async throws {
        try await withWebServer(reply: { _ in .answer(200) }) { plain in
            let target = plain.address("/")
            try await withEncryptedServer(reply: { _ in .answer(302, headers: ["Location": target]) }) {
                server, certificate in
                let place = "http://127.0.0.1:\(plain.port)"
                await expect(.badRedirect(.losesEncryption(to: place))) {
                    try await Web.ask(WebRequest(server.address("/"), authorities: certificate.certificateFile))
                }
            }
            #expect(plain.requests.isEmpty)
        }
    }

    private func withEncryptedServer(
        for name: String = "IP:127.0.0.1,DNS:localhost",
        reply: @escaping @Sendable (WebArrival) -> WebReply = { _ in .answer(200, "secret") },
        _ body: (WebServer, TestCertificate) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let certificate = try await TestCertificate.make(in: directory, for: name)
            try await withWebServer(certificate: certificate, reply: reply) { try await body($0, certificate) }
        }
    }
}
