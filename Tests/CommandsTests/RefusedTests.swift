import FoundationEssentials
import LocalServers
import TestSupport
import Testing

/// Faults that are there before a rollout begins: it begins nowhere.
@Suite("A rollout that may not begin") struct RefusedTests {
    /// Runs a rollout over a healthy database and one that is not, and expects that neither was changed.
    private func refuses(
        kind: String, state: String? = "unreachable", code: Int32 = 1, defaults: [String] = [],
        _ sicken: (TestDatabase, inout FleetText) async throws -> [String]
    ) async throws {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                var text = FleetText(production: databases)
                text.defaults += defaults
                let words = try await sicken(databases[1], &text)
                try fleet.write(text, Samples.two)
                let plan = try await fleet.json("plan")
                let problems = plan["problems"].elements
                #expect(problems.map { $0["kind"].string } == [kind])
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == code, "\(result.everything)")
                #expect(result.output.isEmpty)
                for word in words { #expect(result.messages.contains(word), "\(result.messages)") }
                #expect(result.messages.contains("nothing was changed"), "\(result.messages)")
                #expect(result.messages.contains("→"), "it does not say what to do: \(result.messages)")
                #expect(try await databases[0].state() == DatabaseState("no table"))
                #expect(!fleet.exists(".pgfleet"), "nothing is recorded of what was not begun")
                if let state {
                    let rows = try await fleet.json("status")["targets"].elements
                    #expect(rows.map { $0["state"].string } == ["behind", state])
                }
            }
        }
    }

    @Test func `a host that cannot be reached`() async throws {
        let port = LoopbackPort.unused() ?? 1
        try await refuses(kind: "unreachable") { database, text in
            text.environments[0].ports = [database.name: port]
            return ["127.0.0.1:\(port)", database.name]
        }
    }

    @Test func `a database that does not exist`() async throws {
        try await refuses(kind: "unknown_database") { database, _ in
            try await database.server.psql("DROP DATABASE \(database.name)")
            return [database.name, "127.0.0.1:\(database.server.port)"]
        }
    }

    @Test func `TLS that is required and that the server does not have`() async throws {
        try await withDatabases(1) { databases in
            try await withFleet { fleet in
                var text = FleetText(production: databases)
                text.defaults.append("sslmode: require")
                try fleet.write(text, Samples.two)
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 1)
                #expect(result.messages.contains("127.0.0.1:\(databases[0].server.port)"))
                #expect(result.messages.contains("sslmode"))
                #expect(try await fleet.json("plan")["problems"].elements.map { $0["kind"].string } == ["tls"])
                #expect(try await databases.states() == [DatabaseState("no table")])
            }
        }
    }

    @Test func `a database that is dirty: 3, and nothing is changed anywhere`() async throws {
        try await refuses(kind: "dirty", state: "dirty", code: 3) { database, _ in
            try await database.adopt(1, isDirty: true)
            return [database.target(), "dirty", "migrate force"]
        }
    }

    @Test func `a version table that is another tool's`() async throws {
        try await refuses(kind: "version_table") { database, _ in
            try await database.psql("CREATE TABLE schema_migrations (id text)")
            return [database.target(), "schema_migrations"]
        }
    }

    @Test func `a host that cannot be asked for its databases`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let port = LoopbackPort.unused() ?? 1
            let yaml = FleetText(production: databases).yaml
            try fleet.write(
                "fleet.yaml",
                yaml + "      - {host: 127.0.0.1, port: \(port), discover: \"SELECT datname FROM pg_database\"}\n")
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 1)
            #expect(result.messages.contains("127.0.0.1:\(port)"))
            #expect(result.messages.contains("nothing was begun"))
            #expect(try await databases.states() == [DatabaseState("no table")])
            #expect(!fleet.exists(".pgfleet"))
        }
    }

    @Test func `a version table that the role may not read`() async throws {
        try await refuses(kind: "permission_denied", defaults: []) { database, text in
            try await database.adopt(1)
            let role = "reader_\(database.name)"
            try await database.psql("CREATE ROLE \(role) LOGIN")
            text.defaults[0] = "user: \(role)"
            return [database.target(), "permission"]
        }
    }
}
