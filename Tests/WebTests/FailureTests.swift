import LocalServers
import TestSupport
import Testing
import Web

@Suite("A web address that gives no answer")
struct FailureTests {
    @Test(arguments: [WebReply.silence, .drip])
    func `the timeout holds for the whole answer`(reply: WebReply) async throws {
        try await withWebServer(reply: { _ in reply }) { server in
            let clock = ContinuousClock()
            let began = clock.now
            await expect(.timedOut) {
                try await Web.ask(WebRequest(server.address("/slow"), timeout: .milliseconds(300)))
            }
            #expect(clock.now - began >= .milliseconds(300))
        }
    }

    @Test func `a timeout of nothing is over at once`() async throws {
        try await withWebServer(reply: { _ in .silence }) { server in
            await expect(.timedOut) {
                try await Web.ask(WebRequest(server.address("/"), timeout: .zero))
            }
        }
    }

    @Test(arguments: [WebReply.silence, .drip, .endless])
    func `a cancelled question ends at once and closes its connection`(reply: WebReply) async throws {
        try await withWebServer(reply: { _ in reply }) { server in
            let limit = reply.isEndless ? Int.max : 1_000_000
            let asking = Task {
                try await Web.ask(WebRequest(server.address("/long"), timeout: .seconds(3600), answerLimit: limit))
            }
            _ = await server.arrivals.first { _ in true }
            asking.cancel()
            await expect(.cancelled) { try await asking.value }
            #expect(await server.departures.first { _ in true } == "/long")
        }
    }

    @Test func `a question of a task that is cancelled already is not sent`() async throws {
        try await withWebServer(reply: { _ in .answer(200) }) { server in
            let asking = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await Web.ask(WebRequest(server.address("/")))
            }
            asking.cancel()
            await expect(.cancelled) { try await asking.value }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a port on which nothing listens refuses at once`() async throws {
        let port = try #require(LoopbackPort.unused())
        for host in ["127.0.0.1", "localhost", "[::1]"] {
            await expect(.refused) {
                try await Web.ask(WebRequest("http://\(host):\(port)/", timeout: .seconds(60)))
            }
        }
    }

    @Test func `a name that does not exist is not resolved`() async throws {
        await expect(.unresolved) {
            try await Web.ask(WebRequest("http://no-such-host.invalid/", timeout: .seconds(60)))
        }
    }

    @Test func `a connection that ends in the middle of the answer is broken off`() async throws {
        try await withWebServer(reply: { _ in .half }) { server in
            await expect(.brokenOff) {
                try await Web.ask(WebRequest(server.address("/")))
            }
        }
    }

    @Test func `a server that does not speak HTTP is told apart`() async throws {
        try await withWebServer(reply: { _ in .gibberish }) { server in
            await expect(.notHTTP) {
                try await Web.ask(WebRequest(server.address("/")))
            }
        }
    }

    @Test func `headers without measure are not taken`() async throws {
        let long = String(repeating: "x", count: 1_000_000)
        try await withWebServer(reply: { _ in .answer(200, headers: ["X-Long": long]) }) { server in
            await expect(.notHTTP) {
                try await Web.ask(WebRequest(server.address("/")))
            }
        }
    }
}

extension WebReply {
    fileprivate var isEndless: Bool { if case .endless = self { true } else { false } }
}
