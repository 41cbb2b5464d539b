import TestSupport
import Testing
import Web

@Suite("Queries to Prometheus")
struct PrometheusTests {
    @Test(arguments: [
        ("up", [1]), ("vector(1)", [1]), ("1+1", [2]), ("-2.5e-3", [-0.0025]),
        (#"label_replace(vector(3), "name", "grüße & more = 100%", "", "")"#, [3]),
        ("sort(vector(1) or label_replace(vector(2), \"a\", \"b\", \"\", \"\"))", [1, 2]),
    ])
    func `a scalar and an instant vector give their values`(query: String, values: [Double]) async throws {
        let address = try await TestPrometheus.shared().address
        #expect(try await PrometheusQuery(query, at: address).values() == values)
        #expect(try await PrometheusQuery(query, at: address + "//").values() == values)
    }

    @Test(arguments: [
        ("up == 5", PrometheusError.Reason.empty), ("no_such_metric", .empty),
        ("up[1m]", .notNumbers(resultType: "matrix")), (#""text""#, .notNumbers(resultType: "string")),
        ("0/0", .notFinite(.notANumber)), ("vector(1)/0", .notFinite(.infinity)), ("-1/0", .notFinite(.minusInfinity)),
    ])
    func `a result that is no number is told apart`(query: String, reason: PrometheusError.Reason) async throws {
        let address = try await TestPrometheus.shared().address
        await expect(reason) {
            try await PrometheusQuery(query, at: address).values()
        }
    }

    @Test(arguments: ["up{", "", "1 +", "no_such_function(1)"])
    func `a query that does not parse is refused by the server`(query: String) async throws {
        let address = try await TestPrometheus.shared().address
        let error = try #require(
            await #expect(throws: PrometheusError.self) { try await PrometheusQuery(query, at: address).values() })
        guard case .refused(let type, let message) = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(type == "bad_data" && !message.isEmpty)
    }

    @Test func `a query that cannot be evaluated is refused by the server`() async throws {
        let address = try await TestPrometheus.shared().address
        let query = #"up * on() (vector(1) or label_replace(vector(1), "a", "b", "", ""))"#
        let error = try #require(
            await #expect(throws: PrometheusError.self) { try await PrometheusQuery(query, at: address).values() })
        guard case .refused("execution", _) = error.reason else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `an address below which there is no Prometheus answers with a status`() async throws {
        let port = try await TestPrometheus.shared().port
        await expect(.status(404)) {
            try await PrometheusQuery("1", at: "http://127.0.0.1:\(port)/elsewhere").values()
        }
    }
}
