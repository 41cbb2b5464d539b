import Foundation
import LocalServers
import Postgres
import TestSupport
import Testing

@Suite("The sample's migrations")
struct SampleMigrationsTests {
    private var root: String { SampleFleetTests.root }

    private func files(_ folder: String, _ direction: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").filter {
            $0.hasSuffix(".\(direction).sql")
        }
        .sorted().map { "\(root)/\(folder)/\($0)" }
    }

    private func run(_ file: String, on database: TestDatabase) async throws {
        let connection = try await database.connect()
        _ = try await connection.run(try String(contentsOfFile: file, encoding: .utf8))
        await connection.close()
    }

    /// The schema as pg_dump writes it, without the random words that it guards against injection with.
    private func schema(of database: TestDatabase) async throws -> String {
        let server = database.server
        let dump = try await Program(
            server.server.binaries.directory + "/pg_dump",
            [
                "--schema-only", "--host", server.host, "--port", String(server.port), "--username",
                LocalServer.superuser,
                database.name,
            ]
        ).output()
        return dump.split(separator: "\n").filter { !$0.hasPrefix("\\") }.joined(separator: "\n")
    }

    @Test func `each down file undoes exactly what its up file did, with rows in the tables`() async throws {
        let ups = try files("migrations", "up")
        let downs = try files("migrations", "down")
        #expect(ups.count == downs.count && ups.count >= 9)
        try await withDatabase { database in
            var schemas = [try await schema(of: database)]
            for up in ups {
                try await run(up, on: database)
                schemas.append(try await schema(of: database))
            }
            try await run(root + "/deploy/demo/seed.sql", on: database)
            for (index, down) in downs.enumerated().reversed() {
                try await run(down, on: database)
                #expect(try await schema(of: database) == schemas[index], "after \(down)")
                if index == 5 {
                    try await run(ups[index], on: database)
                    #expect(try await schema(of: database) == schemas[index + 1], "after \(ups[index]), again")
                    try await run(down, on: database)
                }
            }
        }
    }

    @Test func `the demo's tenth migration fails only where an address is there twice, and its correction does not`()
        async throws
    {
        let bad = try #require(try files("deploy/demo/10-bad", "up").first)
        let fixed = try #require(try files("deploy/demo/10-fixed", "up").first)
        let undo = try #require(try files("deploy/demo/10-fixed", "down").first)
        try await withDatabases(2) { databases in
            for database in databases {
                for up in try files("migrations", "up") { try await run(up, on: database) }
                try await run(root + "/deploy/demo/seed.sql", on: database)
            }
            try await run(root + "/deploy/demo/seed-bad-row.sql", on: databases[1])
            let before = try await schema(of: databases[0])

            try await run(bad, on: databases[0])
            let after = try await schema(of: databases[0])
            let error = await #expect(throws: PostgresError.self) { try await run(bad, on: databases[1]) }
            #expect(error?.sqlState == SQLState(rawValue: "23505"))
            #expect(try await schema(of: databases[1]) == before)

            try await run(fixed, on: databases[1])
            #expect(try await schema(of: databases[1]) == after)
            #expect(try await databases[1].psql("SELECT count(*) FROM orders WHERE customer_id = 1") == "2")
            try await run(undo, on: databases[1])
            #expect(try await schema(of: databases[1]) == before)
        }
    }
}
