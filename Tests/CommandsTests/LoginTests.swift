import FoundationEssentials
import LocalServers
import TestSupport
import Testing

/// One server with a password, because the shared one trusts everybody.
@Suite("Logging in") struct LoginTests {
    private static let password = "corr3ct-h0rse-battery"

    /// Lends a server where `migrator` has a password, with one database.
    private func withPassword(_ body: (FleetDirectory, TestDatabase, inout FleetText) async throws -> Void) async throws
    {
        try await withServers(1) { servers in
            let server = servers[0]
            let database = try await server.createDatabase("shop")
            try await server.psql(
                "CREATE ROLE migrator LOGIN PASSWORD '\(Self.password)'; ALTER DATABASE shop OWNER TO migrator")
            let rules = URL(filePath: server.server.dataDirectory + "/pg_hba.conf")
            let old = String(decoding: try Data(contentsOf: rules), as: UTF8.self)
            try Data("host all migrator 127.0.0.1/32 scram-sha-256\n\(old)".utf8).write(to: rules)
            try await server.psql("SELECT pg_reload_conf()")
            try await withFleet { fleet in
                var text = FleetText(production: [database])
                text.defaults[0] = "user: migrator"
                try await body(fleet, database, &text)
            }
        }
    }

    @Test func `a password that is refused is 1, with the host, and is not shown`() async throws {
        try await withPassword { fleet, database, text in
            text.defaults.append("password: ${env:PGFLEET_PASSWORD}")
            try fleet.write(text, Samples.two)
            for command in [["plan"], ["status"], ["rollout", "--yes", "-v"], ["migrate", "up"]] {
                let result = try await fleet.run(command, environment: ["PGFLEET_PASSWORD": "wr0ng-secret"])
                #expect(result.code == 1, "\(result.everything)")
                #expect(result.everything.contains("127.0.0.1:\(database.server.port)"))
                #expect(!result.everything.contains("wr0ng-secret"))
            }
            #expect(try await database.state() == DatabaseState("no table"))
        }
    }

    @Test func `no password is in any output, in the store or in the list of processes`() async throws {
        try await withPassword { fleet, database, text in
            text.defaults.append("password: ${file:secret}")
            try fleet.write("secret", Self.password + "\n")
            try fleet.write(
                text,
                Samples.table(1, before: "SELECT pg_sleep(0.5);\n") + Samples.table(2)
                    + ["3_fail.up.sql": "SELECT 1/0", "3_fail.down.sql": "SELECT 1"])
            let rollout = try fleet.start("rollout", "--yes", "--verbose")
            try await eventually("the migration runs") {
                try await database.server.psql(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pgfleet%' AND state = 'active'")
                    != "0"
            }
            let arguments = try Data(contentsOf: URL(filePath: "/proc/\(rollout.process)/cmdline"))
            #expect(!String(decoding: arguments, as: UTF8.self).contains(Self.password))
            let result = try await rollout.wait()
            #expect(result.code == 6, "\(result.everything)")
            var everything = result.everything + (try fleet.storeBytes())
            for command in [
                ["status"], ["plan"], ["targets"], ["validate"], ["rollout", "list"], ["rollout", "show"],
                ["migrate", "version"],
            ] {
                for format in ["text", "json"] {
                    everything += try await fleet.run(command + ["--output", format, "--verbose"]).everything
                }
            }
            #expect(!everything.contains(Self.password))
        }
    }
}
