import FoundationEssentials
import Postgres
import TestSupport

/// Twelve tenants, each a schema of one database: three are staging, nine are production, in three waves.
struct TenantFleet: Sendable {
    let directory: FleetDirectory
    let database: TestDatabase

    static let staging = (1...3).map { "s\($0)" }
    static let production = (1...9).map { "p\($0)" }
    static let schemas = staging + production

    /// Version 2 fails on the last tenant, once all others are on it, so that every run fails at the same place.
    static let failing =
        Samples.table(1)
        + Samples.table(
            2,
            before: """
                DO $$ BEGIN
                  IF current_schema() = 'p9' THEN
                    WHILE (SELECT count(*) FROM pg_class WHERE relname = 't2') < 11 LOOP PERFORM pg_sleep(0.01); END LOOP;
                    RAISE EXCEPTION 'not here';
                  END IF;
                END $$;

                """)

    /// All twelve, three at a time; what fails takes everything back.
    static let environments = """
        staging:
          concurrency: 3
          per_host: 3
          waves: [{name: all}]
          targets: [{host: server, schemas: [\(staging.joined(separator: ", "))]}]
        production:
          after: staging
          concurrency: 3
          per_host: 3
          waves: [{name: canary, count: 2}, {name: early, count: 4}, {name: rest}]
          targets: [{host: server, schemas: [\(production.joined(separator: ", "))]}]
        """

    /// Empties the schemas and writes the inventory and the files.
    ///
    /// - Parameters:
    ///   - environments: as in the inventory, where the host is called `server`.
    ///   - files: names and texts of the migrations.
    init(
        _ directory: FleetDirectory, _ database: TestDatabase, environments: String = Self.environments,
        _ files: [String: String]
    ) async throws {
        self.directory = directory
        self.database = database
        let lines = environments.replacing("host: server", with: "host: 127.0.0.1").split(separator: "\n")
        try directory.write(
            "fleet.yaml",
            """
            fleet: tenants
            store: .pgfleet/state.sqlite
            defaults:
              user: postgres
              port: \(database.server.port)
              database: \(database.name)
              timeouts: {connect: 30s, lock: 5s, statement: 1m}
            environments:
            \(lines.map { "  " + $0 }.joined(separator: "\n"))

            """)
        for (file, text) in files { try directory.write("migrations/\(file)", text) }
        try await database.empty(Self.schemas)
    }

    /// What is there at the end: everything that has to be the same, whatever happened on the way.
    struct End: Hashable, CustomStringConvertible {
        let status: String
        /// By target's name; a target that is told twice is `twice`.
        let accounts: [String: String]
        /// The version table and the tables of each schema.
        let schemas: [String: DatabaseState]

        var description: String {
            "\(status)\n" + accounts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
                + schemas.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        }
    }

    /// Reads it.
    ///
    /// - Parameter show: the document of `rollout show`.
    func end(_ show: JSON) async throws -> End {
        End(
            status: show["status"].string ?? "",
            accounts: Dictionary(
                show["targets"].elements.map { row in
                    (String(row["target"].string?.split(separator: "/").last ?? ""), row["account"].string ?? "")
                }
            ) { _, _ in "twice" },
            schemas: try await database.states(of: Self.schemas))
    }
}

extension TestDatabase {
    /// Makes these schemas anew, and forgets the history; waits for whoever still works here.
    fileprivate func empty(_ schemas: [String]) async throws {
        let connection = try await connect()
        try await eventually("the sessions of the run before are gone") {
            try await connection.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                """
            ).firstValue == "0"
        }
        _ = try await connection.run("DROP SCHEMA IF EXISTS pgfleet CASCADE")
        for schema in schemas {
            _ = try await connection.run("DROP SCHEMA IF EXISTS \(schema) CASCADE; CREATE SCHEMA \(schema)")
        }
        await connection.close()
    }

    /// Reads what is in each of these schemas.
    fileprivate func states(of schemas: [String]) async throws -> [String: DatabaseState] {
        let connection = try await connect()
        var states = Dictionary(uniqueKeysWithValues: schemas.map { ($0, DatabaseState("no table")) })
        for row in try await connection.query("SELECT schemaname, tablename FROM pg_tables").rows {
            guard let schema = row[0], let table = row[1], states[schema] != nil else { continue }
            guard table == "schema_migrations" else {
                states[schema]?.tables.insert(table)
                continue
            }
            let rows = try await connection.query(
                "SELECT version || CASE WHEN dirty THEN ' dirty' ELSE ' clean' END FROM \(schema).schema_migrations"
            ).rows.compactMap { $0[0] }
            states[schema]?.version = rows.isEmpty ? "none" : rows.joined(separator: ", ")
        }
        await connection.close()
        return states
    }
}
