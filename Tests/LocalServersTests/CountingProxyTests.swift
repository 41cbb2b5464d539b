import LocalServers
import TestSupport
import Testing

@Suite("A proxy that counts round trips")
struct CountingProxyTests {
    @Test func `each statement that waits for its answer counts one`() async throws {
        try await withDatabase { database in
            let one = try await database.server.roundTrips(of: "SELECT 1")
            let three = try await database.server.roundTrips(of: "SELECT 1", "SELECT 2", "SELECT 3")
            #expect(three - one == 2)
        }
    }

    @Test func `statements sent at once count once`() async throws {
        try await withDatabase { database in
            let one = try await database.server.roundTrips(of: "SELECT 1")
            let together = try await database.server.roundTrips(of: "SELECT 1; SELECT 2; SELECT 3")
            #expect(together == one)
        }
    }

    @Test func `a delay is added each way and for opening the connection`() async throws {
        try await withDatabase { database in
            try await withProxy(to: database.server.port, delay: .milliseconds(20)) { proxy in
                let clock = ContinuousClock()
                let took = try await clock.measure { try await database.server.psql("SELECT 1", through: proxy) }
                #expect(took >= .milliseconds(40) * (proxy.roundTrips + 1))
            }
        }
    }

    @Test func `a cut connection is an error for the client and the next one works`() async throws {
        try await withDatabase { database in
            try await withProxy(to: database.server.port) { proxy in
                let asleep = Task { try await database.server.psql("SELECT pg_sleep(60)", through: proxy) }
                while try await database.server.psql(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND state = 'active'"
                ) == "0" {}
                proxy.cutConnections()
                let outcome = await asleep.result
                #expect(throws: (any Error).self) { try outcome.get() }
                #expect(try await database.server.psql("SELECT 2", through: proxy) == "2")
            }
        }
    }

    @Test func `a stalled proxy answers when it goes on`() async throws {
        try await withDatabase { database in
            try await withProxy(to: database.server.port) { proxy in
                proxy.stall()
                let answer = Task { try await database.server.psql("SELECT 3", through: proxy) }
                while proxy.connections == 0 { await Task.yield() }
                proxy.resume()
                let text = try await answer.value
                #expect(text == "3")
            }
        }
    }
}

extension TestServer {
    fileprivate func roundTrips(of commands: String...) async throws -> Int {
        try await withProxy(to: port) { proxy in
            try await server.psql(commands, on: running, port: proxy.port)
            return proxy.roundTrips
        }
    }
}
