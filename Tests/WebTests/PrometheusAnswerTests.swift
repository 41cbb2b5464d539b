import LocalServers
import TestSupport
import Testing
import Web

@Suite("What calls itself Prometheus")
struct PrometheusAnswerTests {
    @Test(arguments: [
        (200, "", PrometheusError.Reason.malformed), (200, "<html>", .malformed), (200, "{}", .malformed),
        (200, #"{"status":"success"}"#, .malformed),
        (200, #"{"status":"success","data":{"resultType":"vector","result":[{"value":[1,2]}]}}"#, .malformed),
        (200, #"{"status":"success","data":{"resultType":"scalar","result":[1,"one"]}}"#, .malformed),
        (200, #"{"status":"success","data":{"resultType":"scalar","result":[1]}}"#, .malformed),
        (
            200, #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{}]}]}}"#,
            .notNumbers(resultType: "histogram")
        ),
        (
            200,
            #"{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"1"]},{"value":[1,"NaN"]}]}}"#,
            .notFinite(.notANumber)
        ),
        (
            503, #"{"status":"error","errorType":"timeout","error":"query timed out"}"#,
            .refused(type: "timeout", message: "query timed out")
        ),
        (200, #"{"status":"error"}"#, .refused(type: "unknown", message: "")),
        (401, "Unauthorized", .status(401)), (502, #"{"message":"bad gateway"}"#, .status(502)),
        (500, #"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}"#, .status(500)),
    ])
    func `an answer that gives no numbers is told apart`(status: Int, body: String, reason: PrometheusError.Reason)
        async throws
    {
        try await withWebServer(reply: { _ in .answer(status, body) }) { server in
            await expect(reason) {
                try await PrometheusQuery("1", at: server.address("")).values()
            }
        }
    }

    @Test func `an answer that is too large or too deep is told apart`() async throws {
        let spaces = String(repeating: " ", count: 1_048_577)
        let brackets = String(repeating: "[", count: 100_000)
        try await withWebServer(reply: { .answer(200, $0.path.contains("large") ? spaces : brackets) }) { server in
            await expect(.answerTooLarge) { try await PrometheusQuery("1", at: server.address("/large")).values() }
            await expect(.malformed) { try await PrometheusQuery("1", at: server.address("/deep")).values() }
        }
    }

    @Test func `the query is sent as a form, below the prefix, with its headers and its timeout`() async throws {
        let body = #"{"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"1e+06"]},"infos":[]}"#
        try await withWebServer(reply: { _ in .answer(200, body) }) { server in
            let query = PrometheusQuery(
                "a{b=\"ü&+%\"} > 1", at: server.address("/prefix/?tenant=a"), headers: [("X-Scope-OrgID", "shop")],
                timeout: .milliseconds(30_500))
            #expect(try await query.values() == [1_000_000])
            let arrival = try #require(server.requests.first)
            #expect(arrival.method == "POST" && arrival.path == "/prefix/api/v1/query?tenant=a")
            #expect(arrival.headers["content-type"] == "application/x-www-form-urlencoded")
            #expect(arrival.headers["x-scope-orgid"] == "shop")
            #expect(arrival.body == "query=a%7Bb%3D%22%C3%BC%26%2B%25%22%7D%20%3E%201&timeout=30500ms")
        }
    }

    @Test func `a server that does not answer is the web's error`() async throws {
        try await withWebServer(reply: { _ in .silence }) { server in
            let error = try #require(
                await #expect(throws: PrometheusError.self) {
                    try await PrometheusQuery("1", at: server.address(""), timeout: .milliseconds(100)).values()
                })
            guard case .web(let cause) = error.reason else {
                Issue.record("\(error)")
                return
            }
            #expect(cause.reason == .timedOut)
        }
        let port = try #require(LoopbackPort.unused())
        let error = try #require(
            await #expect(throws: PrometheusError.self) {
                try await PrometheusQuery("1", at: "http://127.0.0.1:\(port)").values()
            })
        guard case .web(let cause) = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(cause.reason == .refused)
    }
}
