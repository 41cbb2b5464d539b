import TestSupport
import Testing
import Web

@Suite("Asking a web address")
struct AskingTests {
    @Test func `a question is sent as it was asked and its answer comes back`() async throws {
        try await withWebServer(reply: { _ in .answer(201, "made") }) { server in
            let answer = try await Web.ask(
                WebRequest(
                    server.address("/hook?x=1%202"), method: .post,
                    headers: [("X-Token", "t"), ("Content-Type", "text/plain")], body: Array("grüße".utf8)))
            #expect(answer.status == 201 && answer.isSuccess)
            #expect(answer.body == "made" && !answer.isCut)
            let arrival = try #require(server.requests.first)
            #expect(arrival.method == "POST" && arrival.path == "/hook?x=1%202" && arrival.body == "grüße")
            #expect(arrival.headers["x-token"] == "t" && arrival.headers["content-type"] == "text/plain")
            #expect(arrival.headers["host"] == "127.0.0.1:\(server.port)")
            #expect(arrival.headers["user-agent"] == "pgfleet")
        }
    }

    @Test(arguments: [204, 404, 500, 503])
    func `a status that is no success is an answer, too`(status: Int) async throws {
        try await withWebServer(reply: { _ in .answer(status, status == 204 ? "" : "sorry") }) { server in
            let answer = try await Web.ask(WebRequest(server.address("/")))
            #expect(answer.status == status)
            #expect(answer.isSuccess == (status == 204))
        }
    }

    @Test func `user and password of the address become an Authorization header`() async throws {
        try await withWebServer(reply: { _ in .answer(200) }) { server in
            let address = "http://me:p%40ss@127.0.0.1:\(server.port)/"
            _ = try await Web.ask(WebRequest(address))
            _ = try await Web.ask(WebRequest(address, headers: [("authorization", "Bearer b")]))
            // base64 of me:p@ss
            #expect(server.requests.map { $0.headers["authorization"] } == ["Basic bWU6cEBzcw==", "Bearer b"])
        }
    }

    @Test func `bytes that are no UTF-8 are replaced`() async throws {
        try await withWebServer(reply: { _ in .bytes([0x61, 0xFF, 0xC3, 0x62, 0x00]) }) { server in
            let answer = try await Web.ask(WebRequest(server.address("/")))
            #expect(answer.body == "a\u{FFFD}\u{FFFD}b\u{0}")
        }
    }

    @Test func `an endless body is cut at the limit and its connection is closed`() async throws {
        try await withWebServer(reply: { _ in .endless }) { server in
            let answer = try await Web.ask(WebRequest(server.address("/endless"), answerLimit: 100_000))
            #expect(answer.isCut && answer.body.utf8.count == 100_000)
            #expect(await server.departures.first { _ in true } == "/endless")
        }
    }

    @Test func `a body of just the limit is not cut`() async throws {
        try await withWebServer(reply: { _ in .answer(200, "12345") }) { server in
            #expect(try await Web.ask(WebRequest(server.address("/"), answerLimit: 5)).isCut == false)
            let cut = try await Web.ask(WebRequest(server.address("/"), answerLimit: 4))
            #expect(cut.isCut && cut.body == "1234")
            let none = try await Web.ask(WebRequest(server.address("/"), answerLimit: 0))
            #expect(none.isCut && none.body.isEmpty)
        }
    }

    @Test func `many questions at once are all answered`() async throws {
        try await withWebServer(reply: { .answer(200, $0.path) }) { server in
            let bodies = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<200 {
                    group.addTask { try await Web.ask(WebRequest(server.address("/\(number)"))).body }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(bodies.count == 200)
        }
    }
}
