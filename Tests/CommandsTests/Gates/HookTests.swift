import TestSupport
import Testing

@Suite("Hooks") struct HookTests {
    private static let new = DatabaseState("1 clean", ["t1"])
    private static let none = DatabaseState("no table")

    /// Writes an inventory of one database with hooks at a place, and runs a rollout.
    private func withHooks(
        rollout: String? = nil, environment: String? = nil, wave: String? = nil, host: String? = nil,
        target: String? = nil, _ body: (FleetDirectory, [TestDatabase], ToolResult) async throws -> Void
    ) async throws {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                func hooks(_ text: String?, _ name: String) -> String {
                    (text.map { "hooks: {\($0.replacing("DIRECTORY", with: fleet.path))}" } ?? "").replacing(
                        "NAME", with: name)
                }
                func part(_ text: String) -> String { text.isEmpty ? "" : ", " + text }
                let port = databases[0].server.port
                let entries = databases.map { database in
                    "{host: main, database: \(database.name)\(part(hooks(target, "target")))}"
                }
                try fleet.write(
                    "fleet.yaml",
                    """
                    fleet: shop
                    defaults: {user: postgres}
                    \(hooks(rollout, "rollout"))
                    environments:
                      production:
                        concurrency: 1
                        waves: [{name: all\(part(hooks(wave, "wave")))}]
                        \(hooks(environment, "environment"))
                        hosts: [{name: main, host: 127.0.0.1, port: \(port)\(part(hooks(host, "host")))}]
                        targets: [\(entries.joined(separator: ", "))]

                    """)
                for (file, text) in Samples.table(1) { try fleet.write("migrations/\(file)", text) }
                try await body(fleet, databases, try await fleet.run("rollout", "--yes"))
            }
        }
    }

    @Test func `stand around the rollout, the environment, the host, the wave and each target, from the outside in`()
        async throws
    {
        let line = "{command: \"echo NAME $PGFLEET_MOMENT >> DIRECTORY/log\"}"
        let both = "before: [\(line)], after: [\(line)]"
        try await withHooks(rollout: both, environment: both, wave: both, host: both, target: both) {
            fleet, databases, result in
            #expect(result.code == 0, "\(result.everything)")
            let states = try await databases.states()
            #expect(states == [Self.new, Self.new])
            let log = try fleet.read("log").split(separator: "\n").map(String.init)
            #expect(
                log == [
                    "rollout before", "environment before", "host before", "wave before", "target before",
                    "target after", "target before", "target after", "wave after", "host after", "environment after",
                    "rollout after",
                ])
        }
    }

    @Test func `of a target are told by variables what it is about, and what they print is in the journal`()
        async throws
    {
        try await withHooks(target: "before: [{name: env, command: \"env | grep ^PGFLEET_ | sort\"}]") {
            fleet, databases, result in
            #expect(result.code == 0, "\(result.everything)")
            let outputs = try await fleet.json("rollout", "show")["events"].elements.filter {
                $0["event"].string == "hook_finished"
            }.compactMap { $0["report"]["output"].string }
            #expect(outputs.count == 2)
            let lines = Set((outputs.first ?? "").split(separator: "\n").map(String.init))
            for line in [
                "PGFLEET_DATABASE=\(databases[0].name)", "PGFLEET_HOST=main", "PGFLEET_FLEET=shop",
                "PGFLEET_MOMENT=before", "PGFLEET_FROM=none", "PGFLEET_TO=1", "PGFLEET_ENVIRONMENT=production",
                "PGFLEET_TARGET=production/main/\(databases[0].name)",
            ] {
                #expect(lines.contains(line), "\(line) in \(lines)")
            }
        }
    }

    @Test func `in SQL run on their target, in its schema`() async throws {
        try await withHooks(target: "before: [{sql: \"CREATE TABLE hooked AS SELECT current_database() AS name\"}]") {
            _, databases, result in
            #expect(result.code == 0, "\(result.everything)")
            for database in databases {
                let name = try await database.psql("SELECT name FROM hooked")
                #expect(name == database.name)
            }
        }
    }

    @Test(arguments: ["rollout", "environment", "wave", "host"])
    func `that fail before something keep it from beginning`(place: String) async throws {
        let failing =
            "before: [{name: no, command: \"echo not today; exit 3\"}], after: [{command: \"touch DIRECTORY/after\"}]"
        try await withHooks(
            rollout: place == "rollout" ? failing : nil, environment: place == "environment" ? failing : nil,
            wave: place == "wave" ? failing : nil, host: place == "host" ? failing : nil
        ) { fleet, databases, result in
            #expect([1, 6].contains(result.code), "\(result.everything)")
            #expect(result.everything.contains("not today"))
            let states = try await databases.states()
            #expect(states == [Self.none, Self.none])
            let halt = try await fleet.json("rollout", "show")["events"].elements.contains {
                $0["event"].string == "halted"
            }
            #expect(halt)
        }
    }

    @Test func `of a target that fail before it are its failure`() async throws {
        try await withHooks(target: "before: [{sql: SELECT 1/0}]") { fleet, databases, result in
            #expect([1, 6].contains(result.code), "\(result.everything)")
            let states = try await databases.states()
            #expect(states == [Self.none, Self.none])
            let accounts = try await fleet.accounts()
            #expect(accounts == [databases[0].name: "failed", databases[1].name: "not_started"])
        }
    }

    @Test func `that fail after something are told and change nothing`() async throws {
        try await withHooks(
            rollout: "after: [{command: \"exit 1\"}]", target: "after: [{command: \"exit 1\"}]"
        ) { fleet, databases, result in
            #expect(result.code == 0, "\(result.everything)")
            let states = try await databases.states()
            #expect(states == [Self.new, Self.new])
            let failures = try await fleet.json("rollout", "show")["events"].elements.count {
                $0["event"].string == "hook_finished" && $0["report"]["failure"] != .null
            }
            #expect(failures == 3)
        }
    }

    @Test func `that take too long are ended with all that they began, and have failed`() async throws {
        try await withHooks(environment: "before: [{command: \"sleep 300 & sleep 300\", timeout: 200ms}]") {
            fleet, databases, result in
            #expect([1, 6].contains(result.code), "\(result.everything)")
            let states = try await databases.states()
            #expect(states == [Self.none, Self.none])
        }
    }
}
