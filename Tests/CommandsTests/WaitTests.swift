import Glibc
import Migrations
import Postgres
import TestSupport
import Testing

/// `wait`, as an init container runs it: before the migrations, beside them and after them.
@Suite("Waiting for a version") struct WaitTests {
    @Test func `all on the version: 0 at once, and a later one counts`() async throws {
        try await withFleet(of: 2, Samples.two) { fleet, _ in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let latest = try await fleet.run("wait", "--timeout", "120s")
            #expect(latest.code == 0, "\(latest.everything)")
            #expect(latest.messages.isEmpty)
            let earlier = try await fleet.run("wait", "--version", "1", "--timeout", "120s", "--output", "json")
            let document = try earlier.document()
            #expect(earlier.code == 0)
            #expect(document["result"] == .string("reached"))
            #expect(document["summary"]["reached"] == .number(2))
            #expect(document["targets"].elements.map { $0["version"] } == [.number(2), .number(2)])
        }
    }

    @Test func `it returns when another process has brought the last target there`() async throws {
        try await withFleet(of: 2, Samples.two) { fleet, databases in
            let first = "*/\(databases[0].name)"
            #expect(try await fleet.run("migrate", "up", "--target", first).code == 0)
            let waiting = try fleet.start("wait", "--timeout", "60s")
            try await eventually("it says what it waits for") { try waiting.messages().contains("waiting for") }
            #expect(try await fleet.run("migrate", "up", "--target", "*/\(databases[1].name)").code == 0)
            let result = try await waiting.wait()
            #expect(result.code == 0, "\(result.everything)")
            #expect(result.messages.split(separator: "\n").count == 1, "\(result.messages)")
        }
    }

    @Test func `a time-out is 1, and says what is missing in at most 12 lines`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            var yaml = FleetText(production: databases).yaml
            yaml += "      - {host: 127.0.0.1, port: \(databases[0].server.port), databases: \"none_{1..30}\"}\n"
            try fleet.write("fleet.yaml", yaml)
            #expect(try await fleet.run("migrate", "up", "1", "--target", "*/\(databases[0].name)").code == 0)
            let result = try await fleet.run("wait", "--timeout", "4s")
            #expect(result.code == 1)
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 12, "\(result.output)")
            #expect(lines.last == "  and 21 more")
            #expect(lines[1].contains("on 1, wanted 2"), "\(result.output)")
            let document = try await fleet.json("wait", "--timeout", "0")
            #expect(document["result"] == .string("timed_out"))
            #expect(document["summary"]["missing"] == .number(31))
            #expect(
                Set(document["targets"].elements.map { $0["state"] }) == [.string("behind"), .string("unreachable")])
        }
    }

    @Test func `a dirty target ends it at once, with 3`() async throws {
        try await withFleet(of: 2, Samples.two) { fleet, databases in
            try await databases[1].adopt(1, isDirty: true)
            let start = ContinuousClock.now
            let result = try await fleet.run("wait", "--timeout", "60s", "--output", "json")
            #expect(result.code == 3)
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(try result.document()["result"] == .string("dirty"))
        }
    }

    @Test func `a target that is dirty because someone migrates it now is waited for`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let one = databases[0]
            try await one.adopt(2, isDirty: true)
            let migrator = try await one.connect()
            let lock = LockID(schema: "public", table: "schema_migrations", database: one.name)
            _ = try await migrator.run("SELECT pg_advisory_lock(\(lock.number))")
            let waiting = try fleet.start("wait", "--timeout", "60s")
            try await eventually("it has seen the mark") { try waiting.messages().contains("being migrated") }
            _ = try await migrator.run("UPDATE schema_migrations SET dirty = false")
            await migrator.close()
            let result = try await waiting.wait()
            #expect(result.code == 0, "\(result.everything)")
        }
    }

    @Test func `a database that is not there yet is waited for`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let server = databases[0].server
            let name = databases[0].name + "_later"
            let address = "postgres://postgres@127.0.0.1:\(server.port)/\(name)?sslmode=disable"
            let waiting = try fleet.start("wait", "--database", address, "--version", "2", "--timeout", "60s")
            try await eventually("it says that it cannot reach it") { try waiting.messages().contains(name) }
            let later = try await server.createDatabase(name)
            try await later.adopt(3)
            let result = try await waiting.wait()
            #expect(result.code == 0, "\(result.everything)")
            try await server.psql("DROP DATABASE \"\(name)\" WITH (FORCE)")
        }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `a signal ends it with 130`(signal: Int32) async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            let waiting = try fleet.start("wait", "--timeout", "60s")
            try await eventually("it waits") { try waiting.messages().contains("waiting for") }
            waiting.signal(signal)
            let result = try await waiting.wait()
            #expect(result.code == 130, "\(result.everything)")
        }
    }

    @Test(arguments: [
        ["--version", "none"], ["--timeout", "soon"], ["--timeout", "-1s"], ["--env", "nowhere"],
        ["--migrations", "migrations"], ["--version", "x"],
    ])
    func `what makes no sense is refused with 2`(arguments: [String]) async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            let result = try await fleet.run(["wait"] + arguments)
            #expect(result.code == 2, "\(result.everything)")
        }
    }
}
