import LocalServers
import TestSupport
import Testing

@Suite("Lending databases and servers to tests")
struct FixtureTests {
    @Test(arguments: 1...12) func `each test has an empty database to itself`(number: Int) async throws {
        try await withDatabase { database in
            try await database.psql("CREATE TABLE mine (number int); INSERT INTO mine VALUES (\(number))")
            #expect(try await database.psql("SELECT number FROM mine") == "\(number)")
        }
    }

    @Test func `a lent database is dropped, even with a connection left in it`() async throws {
        let (name, server) = try await withDatabase { ($0.name, $0.server) }
        #expect(try await server.psql("SELECT count(*) FROM pg_database WHERE datname = '\(name)'") == "0")
    }

    @Test func `several servers are lent, and one that crashed comes back`() async throws {
        try await withServers(2) { servers in
            #expect(servers.map(\.port)[0] != servers.map(\.port)[1])
            try await servers[0].psql("CREATE TABLE kept (id int)")
            try await servers[0].crash()
            #expect(servers[0].server.status() == .stopped)
            try await servers[0].restart()
            #expect(try await servers[0].psql("SELECT count(*) FROM kept") == "0")
        }
    }
}
