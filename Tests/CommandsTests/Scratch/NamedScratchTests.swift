import Foundation
import Glibc
import LocalServers
import Postgres
import TestSupport
import Testing

@Suite("A named server as scratch") struct NamedScratchTests {
    private static let files = [
        "1_a.up.sql": "create table a (id int primary key, note text); create index a_note on a (note)",
        "1_a.down.sql": "drop table a",
    ]

    /// Lends a server for scratch, and a fleet of three targets on another one.
    ///
    /// - Parameter keys: of the named server, beside host and port.
    private func withScratch(
        _ keys: String = "user: postgres", _ rest: String = "", files: [String: String] = files,
        _ body: (FleetDirectory, [TestDatabase], TestServer) async throws -> Void
    ) async throws {
        try await withServers(1) { servers in
            try await withFleet(of: 3, files) { fleet, databases in
                let yaml = try fleet.read("fleet.yaml")
                try fleet.write(
                    "fleet.yaml",
                    yaml
                        + "scratch: {server: {host: 127.0.0.1, port: \(servers[0].port), \(keys)}\(rest)}\n")
                for database in databases { try await OtherTool(database: database).up(to: 1, of: files) }
                try await body(fleet, databases, servers[0])
            }
        }
    }

    private func names(_ server: TestServer) async throws -> Set<String> {
        let text = try await server.psql("SELECT datname FROM pg_database WHERE datname LIKE 'pgfleet%'")
        return Set(text.split(separator: "\n").map(String.init))
    }

    private func findings(_ check: JSON) -> [[String]] {
        check["targets"].elements.map { $0["findings"].elements.compactMap { $0["key"].string } }
    }

    @Test func `makes the expected schemas, proves ways down, and has no database of ours afterwards`() async throws {
        let files = [
            // Only there is this role, so that nothing else can have replayed it.
            "1_a.up.sql": "create table a (id int); grant select on a to only_there",
            "1_a.down.sql": "drop table a",
            "2_b.up.sql": "create table b (id int)", "2_b.down.sql": "select 1",
            "3_c.up.sql": "create index concurrently a_id on a (id)", "3_c.down.sql": "drop index concurrently a_id",
        ]
        try await withServers(1) { servers in
            let role = "CREATE ROLE only_there; CREATE ROLE scratch LOGIN CREATEDB"
            try await servers[0].psql(role)
            try await withFleet(of: 1, files) { fleet, databases in
                let yaml = try fleet.read("fleet.yaml")
                try fleet.write(
                    "fleet.yaml",
                    yaml + "scratch: {server: {host: 127.0.0.1, port: \(servers[0].port), user: scratch}, "
                        + "roles: [only_there]}\n")
                var own = files
                own["1_a.up.sql"] = "create table a (id int)"
                try await OtherTool(database: databases[0]).up(to: 3, of: own)
                try await databases[0].psql("create table more (id int)")
                let result = try await fleet.run("check", "--downs", "--output", "json")
                #expect(result.code == 4, "\(result.everything)")
                let check = try result.document()
                #expect(check["remarks"].elements.isEmpty, "\(check)")
                #expect(findings(check) == [["extra table more"]])
                #expect(
                    check["files"].elements[0]["findings"].elements.compactMap { $0["key"].string } == [
                        "down 2: extra table b", "up 2 fails after its down",
                    ])
                #expect(try await names(servers[0]) == [])
                let diff = try await fleet.run("diff", "1", "2")
                #expect(diff.code == 4 && diff.output.contains("table b"), "\(diff.everything)")
                #expect(try await names(servers[0]) == [])
            }
        }
    }

    @Test func `recovers a dirty target`() async throws {
        try await withScratch(files: Mishap.library) { fleet, databases, server in
            try await databases[0].psql(Mishap.double)
            try await Mishap.fail(Mishap.library, databases[0], isMulti: true)
            try await databases[0].psql("DELETE FROM books WHERE id = 2")
            let result = try await fleet.run("recover", "--auto")
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases[0].state().version.hasSuffix("clean"))
            #expect(try await names(server) == [])
        }
    }

    @Test func `has no database of ours after a failure, and the majority is taken`() async throws {
        try await withScratch { fleet, databases, server in
            try fleet.write("migrations/1_a.up.sql", (Self.files["1_a.up.sql"] ?? "") + "; select no_such_function()")
            try await databases[1].psql("drop index a_note")
            let check = try await fleet.run("check", "--output", "json")
            #expect(check.code == 4, "\(check.everything)")
            #expect(findings(try check.document()) == [[], ["missing index a_note"], []])
            #expect(check.output.contains("no_such_function"))
            #expect(try await names(server) == [])
        }
    }

    @Test func `has no database of ours after a signal`() async throws {
        try await withScratch { fleet, _, server in
            try await hold(fleet, server)
            let check = try fleet.start("check")
            try await eventually("the replay") { try await held(server).count == 1 }
            check.signal(SIGINT)
            #expect(try await check.wait().code == 130)
            #expect(try await names(server) == [])
        }
    }

    @Test func `is cleared of what a killed run left, and of nothing else`() async throws {
        try await withScratch { fleet, _, server in
            try await hold(fleet, server)
            let living = try fleet.start("check")
            try await eventually("the first replay") { try await held(server).count == 1 }
            let ours = try await held(server)
            let killed = try fleet.start("check")
            try await eventually("the second replay") { try await held(server).count == 2 }
            killed.signal(SIGKILL)
            _ = try await killed.wait()
            let left = try await held(server).subtracting(ours)
            // Its sessions end when they find out that their client is gone.
            for name in left {
                try await server.psql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
            }
            // Nobody is connected to these: of the first, the keeper lives.
            let keeper = try await server.connect()
            let session =
                try await keeper.query(
                    """
                    SELECT pid || '_' || (extract(epoch FROM backend_start) * 1000000)::bigint
                    FROM pg_stat_activity WHERE pid = pg_backend_pid()
                    """
                ).firstValue ?? ""
            let kept = "pgfleet_scratch_aaaaaaaaaaaaaaaa_\(session)_1"
            let other = "pgfleet_scratch_of_mine"
            let dead = "pgfleet_scratch_bbbbbbbbbbbbbbbb_1_1_1"
            for name in [kept, other, dead] { try await server.psql("CREATE DATABASE \(name)") }

            try await server.psql("DROP ROLE hold")
            let next = try await fleet.run("check")
            #expect(next.code == 0, "\(next.everything)")
            #expect(try await names(server) == ours.union([kept, other]))
            await keeper.close()
            living.signal(SIGTERM)
            #expect(try await living.wait().code == 130)
            #expect(try await names(server) == [kept, other])
        }
    }

    @Test(arguments: [
        ("user: plain", "", "CREATE ROLE plain LOGIN", "ALTER ROLE \"plain\" CREATEDB"),
        ("user: postgres", ", roles: [missing_role]", "SELECT 1", "CREATE ROLE \"missing_role\""),
    ])
    func `that cannot be used is told of with what to do, and the majority is taken`(
        keys: String, rest: String, before: String, remedy: String
    ) async throws {
        try await withScratch(keys, rest) { fleet, databases, server in
            try await server.psql(before)
            try await databases[1].psql("drop index a_note")
            let check = try await fleet.run("check")
            #expect(check.code == 4, "\(check.everything)")
            #expect(check.output.contains(remedy), "\(check.output)")
            #expect(check.output.contains("index a_note is missing"))
            #expect(try await names(server) == [])
            #expect(try await server.psql("SELECT count(*) FROM pg_roles WHERE rolname = 'missing_role'") == "0")
            try await databases[0].psql("update schema_migrations set dirty = true")
            let recover = try await fleet.run("recover")
            #expect(recover.code == 3)
            #expect(recover.output.contains(remedy), "\(recover.output)")
        }
    }

    @Test func `that does not answer is told of, and the majority is taken`() async throws {
        try await withFleet(of: 3, Self.files) { fleet, databases in
            for database in databases { try await OtherTool(database: database).up(to: 1, of: Self.files) }
            try await databases[1].psql("drop index a_note")
            let yaml = try fleet.read("fleet.yaml")
            try fleet.write("fleet.yaml", yaml + "scratch: {server: {host: 127.0.0.1, port: 1}}\n")
            let check = try await fleet.run("check")
            #expect(check.code == 4, "\(check.everything)")
            #expect(check.output.contains("127.0.0.1:1") && check.output.contains("index a_note is missing"))
            #expect(try await fleet.run("check", "--downs").code == 4)
            #expect(try await fleet.run("diff", "none", "1").code == 1)
        }
    }

    @Test func `is asked for its password, which is never shown`() async throws {
        let password = "corr3ct-h0rse-battery"
        try await withScratch("user: scratch, password: \"${env:SCRATCH_PASSWORD}\"") { fleet, _, server in
            try await server.psql("CREATE ROLE scratch LOGIN CREATEDB PASSWORD '\(password)'")
            let rules = URL(filePath: server.server.dataDirectory + "/pg_hba.conf")
            let old = String(decoding: try Data(contentsOf: rules), as: UTF8.self)
            try Data("host all scratch 127.0.0.1/32 scram-sha-256\n\(old)".utf8).write(to: rules)
            try await server.psql("SELECT pg_reload_conf()")
            var everything = ""
            for (given, remarks) in [("wr0ng-secret", 1), (password, 0)] {
                let environment = ["SCRATCH_PASSWORD": given]
                let check = try await fleet.run("check", "-v", "--output", "json", environment: environment)
                #expect(check.code == 0, "\(check.everything)")
                #expect(try check.document()["remarks"].elements.count == remarks, "\(check.everything)")
                let text = try await fleet.run("check", "-v", environment: environment)
                let diff = try await fleet.run("diff", "none", "1", environment: environment)
                #expect(diff.code == (remarks == 0 ? 4 : 1))
                everything += check.everything + text.everything + diff.everything
            }
            let unset = try await fleet.run("diff", "none", "1")
            #expect(unset.code == 1 && unset.messages.contains("SCRATCH_PASSWORD"))
            everything += unset.everything + (try fleet.storeBytes())
            #expect(!everything.contains(password) && !everything.contains("wr0ng-secret"))
        }
    }

    @Test func `that has targets of the fleet, too, is used by a role that cannot change what they share`() async throws
    {
        try await withServers(1) { servers in
            let server = servers[0]
            let database = try await server.createDatabase("shop")
            try await server.psql("CREATE ROLE scratch LOGIN CREATEDB")
            try await OtherTool(database: database).up(to: 1, of: Self.files)
            try await withFleet { fleet in
                try fleet.write(FleetText(production: [database]), Self.files)
                let yaml = try fleet.read("fleet.yaml")
                for (user, remarks) in [("postgres", 1), ("scratch", 0)] {
                    try fleet.write(
                        "fleet.yaml",
                        yaml + "scratch: {server: {host: 127.0.0.1, port: \(server.port), user: \(user)}}\n")
                    let check = try await fleet.json("check")
                    #expect(check["remarks"].elements.count == remarks, "\(check)")
                    #expect(try await names(server) == [])
                }
            }
        }
    }

    @Test func `is not used through a pooler, which would hide who is still there`() async throws {
        try await withServers(1) { servers in
            try await withPooler("session", before: servers[0]) { pooler in
                try await withFleet(of: 1, Self.files) { fleet, _ in
                    let yaml = try fleet.read("fleet.yaml")
                    try fleet.write(
                        "fleet.yaml",
                        yaml + "scratch: {server: {host: 127.0.0.1, port: \(pooler.port), user: postgres}}\n")
                    let diff = try await fleet.run("diff", "none", "1")
                    #expect(diff.code == 1 && diff.messages.contains("pooler"), "\(diff.everything)")
                }
            }
        }
    }

    /// Has replays wait on the server, and nowhere else, for as long as it has a role of this name.
    private func hold(_ fleet: FleetDirectory, _ server: TestServer) async throws {
        try await server.psql("CREATE ROLE hold")
        try fleet.write(
            "migrations/1_a.up.sql",
            "do $$ begin if exists (select from pg_roles where rolname = 'hold') then perform pg_sleep(600); end if; end $$; "
                + (Self.files["1_a.up.sql"] ?? ""))
    }

    /// The databases in which a replay waits.
    private func held(_ server: TestServer) async throws -> Set<String> {
        let text = try await server.psql(
            "SELECT datname FROM pg_stat_activity WHERE datname LIKE 'pgfleet_scratch%' AND wait_event = 'PgSleep'")
        return Set(text.split(separator: "\n").map(String.init))
    }
}
