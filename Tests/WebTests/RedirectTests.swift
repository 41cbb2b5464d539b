import TestSupport
import Testing
import Web

@Suite("Redirects")
struct RedirectTests {
    @Test func `a redirect is followed to its answer`() async throws {
        try await withWebServer(reply: hops) { server in
            let answer = try await Web.ask(WebRequest(server.address("/5")))
            #expect(answer.status == 200 && answer.body == "there")
            #expect(server.requests.map(\.path) == ["/5", "/4", "/3", "/2", "/1", "/0"])
        }
    }

    @Test func `more redirects than five are not followed`() async throws {
        try await withWebServer(reply: hops) { server in
            await expect(.tooManyRedirects) {
                try await Web.ask(WebRequest(server.address("/6")))
            }
            #expect(server.requests.count == 6)
        }
    }

    @Test func `a loop of redirects ends`() async throws {
        try await withWebServer(reply: { _ in .answer(302, headers: ["Location": "/loop"]) }) { server in
            await expect(.tooManyRedirects) {
                try await Web.ask(WebRequest(server.address("/loop")))
            }
        }
    }

    @Test func `a redirect is the answer where it is not to be followed`() async throws {
        try await withWebServer(reply: hops) { server in
            let answer = try await Web.ask(WebRequest(server.address("/1"), followsRedirects: false))
            #expect(answer.status == 302)
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: [(301, "GET", ""), (302, "GET", ""), (303, "GET", ""), (307, "POST", "b"), (308, "POST", "b")])
    func `a POST is repeated or becomes a GET as the status says`(status: Int, method: String, body: String)
        async throws
    {
        let reply: @Sendable (WebArrival) -> WebReply = {
            $0.path == "/" ? .answer(status, headers: ["Location": "to"]) : .answer(200)
        }
        try await withWebServer(reply: reply) { server in
            let headers = [("Content-Type", "text/plain"), ("X-Token", "t")]
            _ = try await Web.ask(
                WebRequest(server.address("/"), method: .post, headers: headers, body: Array("b".utf8)))
            let last = try #require(server.requests.last)
            #expect(last.path == "/to" && last.method == method && last.body == body)
            #expect(last.headers["x-token"] == "t")
            #expect((last.headers["content-type"] == nil) == (method == "GET"))
        }
    }

    @Test func `headers and password do not go along to another place`() async throws {
        try await withWebServer(reply: { _ in .answer(200) }) { other in
            let target = other.address("/", host: "localhost")
            try await withWebServer(reply: { _ in .answer(302, headers: ["Location": target]) }) { server in
                let request = WebRequest(
                    "http://u:p@127.0.0.1:\(server.port)/", headers: [("X-Token", "t"), ("Cookie", "c")])
                let answer = try await Web.ask(request)
                #expect(answer.status == 200)
            }
            let arrival = try #require(other.requests.first)
            #expect(Set(arrival.headers.keys) == ["host", "user-agent", "connection"])
        }
    }

    @Test func `a body does not go along to another place`() async throws {
        try await withWebServer(reply: { _ in .answer(200) }) { other in
            let target = other.address("/")
            try await withWebServer(reply: { _ in .answer(307, headers: ["Location": target]) }) { server in
                let place = "http://127.0.0.1:\(other.port)"
                await expect(.badRedirect(.takesBodyElsewhere(to: place))) {
                    try await Web.ask(WebRequest(server.address("/"), method: .post, body: Array("b".utf8)))
                }
            }
            #expect(other.requests.isEmpty)
        }
    }

    @Test(arguments: ["file:///etc/passwd", "unix:///run/docker.sock", "ftp://host/", "http://host:0/", "http://a b/"])
    func `a redirect to what is no web address is not followed`(location: String) async throws {
        try await withWebServer(reply: { _ in .answer(302, headers: ["Location": location]) }) { server in
            await expect(.badRedirect(.noWebAddress)) {
                try await Web.ask(WebRequest(server.address("/")))
            }
        }
    }

    private let hops: @Sendable (WebArrival) -> WebReply = { arrival in
        guard let left = Int(arrival.path.dropFirst()), left > 0 else { return .answer(200, "there") }
        return .answer(302, headers: ["Location": "/\(left - 1)"])
    }
}
