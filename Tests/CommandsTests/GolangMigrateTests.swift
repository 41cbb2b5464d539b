import TestSupport
import Testing

@Suite("Going on after golang-migrate, and back to it") struct GolangMigrateTests {
    /// What golang-migrate 4.18 leaves, and can go on with.
    private func table(in database: TestDatabase) async throws -> String {
        try await database.psql(
            """
            SELECT string_agg(column_name || ' ' || data_type || ' ' || is_nullable, ', ' ORDER BY ordinal_position)
            FROM information_schema.columns WHERE table_name = 'schema_migrations';
            SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'schema_migrations'::regclass
            """)
    }

    private static let table = "version bigint NO, dirty boolean NO\nPRIMARY KEY (version)"

    @Test func `databases that it migrated are taken on, and hold exactly one right row after each command`()
        async throws
    {
        try await withFleet(of: 2, Samples.two + Samples.table(3) + Samples.table(4)) { fleet, databases in
            try await databases[0].adopt(1)
            try await databases[0].psql("CREATE TABLE t1 (id int)")
            let one = databases[0]
            let only = ["--target", one.target()]
            func expect(_ version: String, _ tables: Int, after command: [String], output: String) async throws {
                let result = try await fleet.run(["migrate"] + command + only)
                #expect(result.code == 0, "\(command): \(result.everything)")
                #expect(result.output.contains(output), "\(command): \(result.output)")
                #expect(try await one.state() == DatabaseState(version, Samples.tables(tables)))
            }
            try await expect("3 clean", 3, after: ["up", "2"], output: "on version 3")
            try await expect("2 clean", 2, after: ["down", "1"], output: "on version 2")
            try await expect("4 clean", 4, after: ["goto", "4"], output: "on version 4")
            try await expect("4 clean", 4, after: ["up"], output: "no change")
            try await expect("1 clean", 1, after: ["goto", "1"], output: "on version 1")
            try await expect("none", 0, after: ["down", "--all"], output: "on version none")
            try await expect("none", 0, after: ["version"], output: "none")
            try await expect("2 clean", 2, after: ["goto", "2"], output: "on version 2")
            try await expect("3 clean", 2, after: ["force", "3", "--yes"], output: "3")
            try await expect("2 clean", 2, after: ["force", "2", "--yes"], output: "2")
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let new = DatabaseState("4 clean", Samples.tables(4))
            #expect(try await databases.states() == [new, new])
            for database in databases { #expect(try await table(in: database) == Self.table) }
        }
    }

    @Test func `no row means that nothing is applied`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            try await databases[0].adopt(nil)
            let status = try await fleet.json("status")["targets"].elements
            #expect(status.map { $0["version"] } == [.null])
            #expect(status.map { $0["state"].string } == ["behind"])
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            #expect(try await databases.states() == [DatabaseState("2 clean", Samples.tables(2))])
            #expect(try await fleet.run("rollout", "rollback", "--yes").code == 0)
            #expect(try await databases.states() == [DatabaseState("none")])
            #expect(try await table(in: databases[0]) == Self.table)
        }
    }

    @Test(arguments: [("-1", "dirty"), ("2", "dirty")])
    func `its dirty rows stop everything, and force clears them`(version: String, state: String) async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            try await databases[0].adopt(Int(version), isDirty: true)
            #expect(try await fleet.states() == [databases[0].name: state])
            for command in [
                ["rollout", "--yes"], ["migrate", "up"], ["migrate", "down", "1"], ["migrate", "goto", "1"],
            ] {
                let result = try await fleet.run(command)
                #expect(result.code == 3, "\(command): \(result.everything)")
                #expect(result.everything.contains(databases[0].name))
                #expect(try await databases[0].state() == DatabaseState("\(version) dirty"))
            }
            let force = try await fleet.run("migrate", "force", "none", "--yes")
            #expect(force.code == 0, "\(force.everything)")
            #expect(try await databases[0].state() == DatabaseState("none"))
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            #expect(try await databases[0].state() == DatabaseState("2 clean", Samples.tables(2)))
        }
    }

    @Test func `a schema per tenant has its own table beside the others`() async throws {
        try await withDatabases(1) { databases in
            try await withFleet { fleet in
                let database = databases[0]
                try await database.psql("CREATE SCHEMA tenant_1; CREATE SCHEMA tenant_2")
                try fleet.write(
                    "fleet.yaml",
                    """
                    fleet: shop
                    migrations: migrations
                    store: .pgfleet/state.sqlite
                    defaults: {user: postgres}
                    environments:
                      production:
                        waves: [{name: all}]
                        hosts:
                          - host: 127.0.0.1
                            port: \(database.server.port)
                            database: \(database.name)
                            schemas: [tenant_1, tenant_2]
                    """)
                for (file, text) in Samples.two { try fleet.write("migrations/\(file)", text) }
                let result = try await fleet.run("rollout", "--yes")
                #expect(result.code == 0, "\(result.everything)")
                for schema in ["tenant_1", "tenant_2"] {
                    #expect(try await database.psql("SELECT * FROM \(schema).schema_migrations") == "2|f")
                }
                #expect(try await database.state() == DatabaseState("no table"))
                let rows = try await fleet.json("status")["targets"].elements
                #expect(rows.map { $0["schema"].string } == ["tenant_1", "tenant_2"])
                #expect(rows.map { $0["state"].string } == ["current", "current"])
            }
        }
    }
}
