import TestSupport
import Testing

@Suite("A server or a connection that goes away during a migration") struct LostServerTests {
    /// Version 2 sleeps for as many seconds as the rows of `t1` say.
    private static let files =
        Samples.table(1)
        + Samples.table(2, before: "SELECT pg_sleep(coalesce((SELECT sum(id) FROM t1), 0));\n")

    private static let old = DatabaseState("1 clean", ["t1"])
    private static let new = DatabaseState("2 clean", ["t1", "t2"])

    /// Lends a database of the shared server and one of a server that may die, both on version 1; the second one's
    /// migration will take long.
    private func withMortal(
        rules: [String], _ body: (FleetDirectory, [TestDatabase], TestServer) async throws -> Void
    ) async throws {
        try await withServers(1) { servers in
            try await withDatabase { healthy in
                try await withFleet { fleet in
                    let mortal = try await servers[0].createDatabase("mortal")
                    try fleet.write(FleetText(production: [healthy, mortal], rules: rules), Self.files)
                    #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
                    try await mortal.psql("INSERT INTO t1 VALUES (40)")
                    try await body(fleet, [healthy, mortal], servers[0])
                }
            }
        }
    }

    @Test func `a server that crashed leaves the rollback incomplete until it is back and a resume completes it`()
        async throws
    {
        try await withMortal(rules: ["on_failure: rollback"]) { fleet, databases, server in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[1].waitUntilBusy()
            try await server.crash()
            let result = try await rollout.wait()
            #expect(result.code == 7, "\(result.everything)")
            #expect(result.output.contains(databases[1].target()))
            #expect(result.output.contains("rollout resume"))
            #expect(try await databases[0].state() == Self.old)
            let status = try await fleet.run("status")
            #expect(status.code == 1)
            #expect(
                try await fleet.states() == [databases[0].name: "behind", databases[1].name: "unreachable"])

            try await server.restart()
            let resumed = try await fleet.run("rollout", "resume")
            #expect(resumed.code == 6, "\(resumed.everything)")
            #expect(try await databases.states() == [Self.old, Self.old])
            #expect(try await fleet.json("rollout", "show")["status"].string == "rolled_back")
        }
    }

    @Test(arguments: ["resume", "rollback"])
    func `a server that crashed is gone on with or put back once it is there again, where the policy is to halt`(
        way: String
    ) async throws {
        try await withMortal(rules: ["on_failure: halt"]) { fleet, databases, server in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[1].waitUntilBusy()
            try await server.crash()
            let result = try await rollout.wait()
            #expect(result.code == 1, "\(result.everything)")
            #expect(result.output.contains("its version is not known"))
            #expect(try await databases[0].state() == Self.new)

            try await server.restart()
            try await databases[1].psql("DELETE FROM t1")
            let after = try await fleet.run("rollout", way, "--yes")
            #expect(after.code == 0, "\(after.everything)")
            let end = way == "resume" ? Self.new : Self.old
            #expect(try await databases.states() == [end, end])
        }
    }

    @Test func `a session that an administrator ended is rolled back by its server, and the others by the rollout`()
        async throws
    {
        try await withFleet(of: 3, Self.files) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            try await databases[1].psql("INSERT INTO t1 VALUES (40)")
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[1].waitUntilBusy()
            try await databases[1].psql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
            let result = try await rollout.wait()
            #expect(result.code == 6, "\(result.everything)")
            #expect(result.output.contains("57P01"), "\(result.output)")
            #expect(result.output.contains("clean on version 1"))
            #expect(try await databases.states() == [Self.old, Self.old, Self.old])
            #expect(
                try await fleet.accounts() == [
                    databases[0].name: "rolled_back", databases[1].name: "failed", databases[2].name: "not_started",
                ])
        }
    }

    @Test func `a connection that broke while its server went on to commit is found to have succeeded`() async throws {
        try await withFleet(of: 2, Self.files) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            try await databases[1].psql("INSERT INTO t1 VALUES (2)")
            try await withProxy(to: databases[1].server.port) { proxy in
                var text = FleetText(production: databases)
                text.environments[0].ports = [databases[1].name: proxy.port]
                try fleet.write(text, [:])
                let rollout = try fleet.start("rollout", "--yes")
                try await databases[1].waitUntilBusy()
                proxy.cutConnections()
                let result = try await rollout.wait()
                #expect(result.code == 0, "\(result.everything)")
                #expect(try await databases.states() == [Self.new, Self.new])
                #expect(Set(try await fleet.accounts().values) == ["changed"])
            }
        }
    }
}
