import Glibc
import Postgres
import TestSupport
import Testing

/// What a server may run out of while a migration is at work.
@Suite("A server that gives out") struct ServerFaultTests {
    @Test(.enabled("only where file systems can be mounted") { await Disk.canMount })
    func `because its disk is full leaves the version before, clean, and the next run goes on`() async throws {
        let files =
            Samples.table(1) + [
                "2_fill.up.sql":
                    "CREATE TABLE t2 TABLESPACE tiny AS SELECT repeat('x', 1000) FROM generate_series(1, 9000);"
            ]
        try await withServers(1) { servers in
            let database = try await servers[0].createDatabase("app")
            let path = servers[0].socketDirectory + "/tiny"
            var folder = stat()
            stat(servers[0].socketDirectory, &folder)
            try await Disk.with(["size=4m", "uid=\(folder.st_uid)"], at: path) {
                try await servers[0].psql("CREATE TABLESPACE tiny LOCATION '\(path)'")
                try await withFleet { fleet in
                    try fleet.write(FleetText(production: [database]), files)
                    let full = try await fleet.run("migrate", "up")
                    #expect(full.code == 1, "\(full.everything)")
                    #expect(full.everything.contains("53100"), "\(full.everything)")
                    #expect(full.everything.contains("clean on version 1"))
                    #expect(try await database.state() == DatabaseState("1 clean", ["t1"]))
                    // There is room again.
                    try fleet.write("migrations/2_fill.up.sql", "CREATE TABLE t2 TABLESPACE tiny AS SELECT 1 AS i;")
                    #expect(try await fleet.run("migrate", "up").code == 0)
                    #expect(try await database.state() == DatabaseState("2 clean", ["t1", "t2"]))
                    try await database.psql("DROP TABLE t2")
                }
                try await servers[0].psql("DROP TABLESPACE tiny")
            }
        }
    }

    @Test func `that ends a session which stays idle in the file's own transaction leaves it dirty, and says how far`()
        async throws
    {
        let files =
            Samples.table(1) + [
                "2_slow.up.sql": """
                SET idle_in_transaction_session_timeout = '300ms';
                CREATE TABLE t2 (id int);
                BEGIN;
                CREATE TABLE t3 (id int);
                COMMIT;
                VACUUM t2;
                """
            ]
        try await withFleet(of: 1, files) { fleet, databases in
            #expect(try await fleet.run("migrate", "up", "1").code == 0)
            try await withProxy(to: databases[0].server.port) { proxy in
                var text = FleetText(production: databases)
                text.environments[0].ports = [databases[0].name: proxy.port]
                try fleet.write(text, [:])
                // The statement after BEGIN never arrives.
                proxy.stall(atText: "CREATE TABLE t3")
                let migration = try fleet.start("migrate", "up")
                try await eventually("the session's end") {
                    let left = try await databases[0].psql(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'pgfleet%'"
                    )
                    return proxy.hasMetText && left == "0"
                }
                proxy.resume()
                let result = try await migration.wait()
                #expect(result.code == 3, "\(result.everything)")
                #expect(result.everything.contains("25P03"), "\(result.everything)")
                let row = try await fleet.json("status")["targets"].elements.first
                #expect(row?["progress"]["done"].integer == 2, "\(result.everything)")
                #expect(try await databases[0].state() == DatabaseState("2 dirty", ["t1", "t2"]))
            }
        }
    }

    @Test func `with no connection left is waited for`() async throws {
        try await withServers(1, settings: ["max_connections": "8", "superuser_reserved_connections": "0"]) { servers in
            let database = try await servers[0].createDatabase("app")
            try await withFleet { fleet in
                try fleet.write(FleetText(production: [database]), Samples.two)
                var others: [Connection] = []
                while others.count < 8, let other = try? await servers[0].connect() { others.append(other) }
                let migration = try fleet.start("migrate", "up")
                try await Task.sleep(for: .milliseconds(300))
                for other in others { await other.close() }
                let result = try await migration.wait()
                #expect(result.code == 0, "\(result.everything)")
                #expect(try await database.state() == DatabaseState("2 clean", ["t1", "t2"]))
            }
        }
    }
}
