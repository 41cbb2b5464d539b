import Postgres
import TestSupport
import Testing

/// `migrate` in a directory without an inventory, as scripts call golang-migrate.
@Suite("Migrating by an address") struct AddressedTests {
    /// Lends databases and a folder `db` with these migrations.
    private func withAddresses(
        _ count: Int = 1, _ files: [String: String] = Samples.two + Samples.table(3),
        _ body: (FleetDirectory, [TestDatabase]) async throws -> Void
    ) async throws {
        try await withDatabases(count) { databases in
            try await withFleet { fleet in
                for (file, text) in files { try fleet.write("db/\(file)", text) }
                try await body(fleet, databases)
            }
        }
    }

    private func expect(
        _ fleet: FleetDirectory, _ database: TestDatabase, _ arguments: [String], code: Int32 = 0, says: String = "",
        leaves: DatabaseState
    ) async throws {
        let result = try await fleet.run(
            ["migrate"] + arguments + ["--database", database.address, "--migrations", "db"])
        #expect(result.code == code, "\(arguments): \(result.everything)")
        #expect(result.everything.contains(says), "\(arguments): \(result.everything)")
        let state = try await database.state()
        #expect(state == leaves, "\(arguments)")
    }

    @Test func `up applies N, and what there is when there are fewer: 1, and says so`() async throws {
        try await withAddresses { fleet, databases in
            let one = databases[0]
            try await expect(fleet, one, ["up", "0"], says: "no change", leaves: DatabaseState("no table"))
            try await expect(fleet, one, ["up", "2"], leaves: DatabaseState("2 clean", Samples.tables(2)))
            let all = DatabaseState("3 clean", Samples.tables(3))
            try await expect(
                fleet, one, ["up", "2"], code: 1, says: "2 migrations were asked for and there was only 1", leaves: all)
            try await expect(fleet, one, ["up", "1"], code: 1, says: "there was none", leaves: all)
            try await expect(fleet, one, ["up"], says: "no change", leaves: all)
        }
    }

    @Test func `down reverts N, and what there is when there are fewer: 1, and says so`() async throws {
        try await withAddresses { fleet, databases in
            let one = databases[0]
            try await expect(fleet, one, ["up"], leaves: DatabaseState("3 clean", Samples.tables(3)))
            try await expect(
                fleet, one, ["down", "0"], says: "no change", leaves: DatabaseState("3 clean", Samples.tables(3)))
            try await expect(fleet, one, ["down", "1"], leaves: DatabaseState("2 clean", Samples.tables(2)))
            try await expect(
                fleet, one, ["down", "5"], code: 1, says: "there were only 2", leaves: DatabaseState("none"))
            try await expect(fleet, one, ["down", "1"], code: 1, says: "there was none", leaves: DatabaseState("none"))
            try await expect(fleet, one, ["down", "--all"], says: "no change", leaves: DatabaseState("none"))
        }
    }

    @Test func `down without a number asks, and only yes is yes`() async throws {
        try await withAddresses { fleet, databases in
            let database = databases[0]
            let down = ["migrate", "down", "--database", database.address, "--migrations", "db"]
            #expect(try await fleet.run(["migrate", "up"] + down.dropFirst(2)).code == 0)
            let mute = try await fleet.run(down)
            #expect(mute.code == 2)
            #expect(mute.messages.contains("--all"))
            #expect(try await fleet.answer("no", to: down).code == 130)
            let before = try await database.state()
            #expect(before == DatabaseState("3 clean", Samples.tables(3)))
            #expect(try await fleet.answer("y", to: down).code == 0)
            let after = try await database.state()
            #expect(after == DatabaseState("none"))
        }
    }

    @Test func `goto goes both ways, and only to a version that there is`() async throws {
        try await withAddresses { fleet, databases in
            let one = databases[0]
            try await expect(fleet, one, ["goto", "2"], leaves: DatabaseState("2 clean", Samples.tables(2)))
            try await expect(fleet, one, ["goto", "0001"], leaves: DatabaseState("1 clean", Samples.tables(1)))
            try await expect(fleet, one, ["goto", "1"], says: "no change", leaves: DatabaseState("1 clean", ["t1"]))
            try await expect(
                fleet, one, ["goto", "7"], code: 2, says: "no migration has version 7",
                leaves: DatabaseState("1 clean", ["t1"]))
        }
    }

    @Test func `force takes -1 as it is, and a version without files with a flag`() async throws {
        try await withAddresses { fleet, databases in
            let one = databases[0]
            try await one.adopt(2, isDirty: true)
            try await expect(fleet, one, ["up"], code: 3, says: "dirty", leaves: DatabaseState("2 dirty"))
            try await expect(fleet, one, ["up", "0"], says: "no change", leaves: DatabaseState("2 dirty"))
            try await expect(
                fleet, one, ["force", "9", "--yes"], code: 2, says: "--allow unknown_version",
                leaves: DatabaseState("2 dirty"))
            try await expect(
                fleet, one, ["force", "9", "--yes", "--allow", "unknown_version"], leaves: DatabaseState("9 clean"))
            try await expect(fleet, one, ["force", "-1", "--yes"], leaves: DatabaseState("none"))
            let dashes = ["migrate", "force", "--yes", "--database", one.address, "--", "-1"]
            #expect(try await fleet.run(dashes).code == 0)
        }
    }

    @Test func `a dirty database is said to be dirty first, also on a version that no file has`() async throws {
        try await withAddresses { fleet, databases in
            let one = databases[0]
            let dirty = DatabaseState("9 dirty")
            try await one.adopt(9, isDirty: true)
            for command in [["up"], ["up", "1"], ["goto", "2"], ["goto", "77"], ["down", "1"], ["down"]] {
                try await expect(fleet, one, command, code: 3, says: "dirty", leaves: dirty)
            }
            try await expect(fleet, one, ["up", "0"], says: "no change", leaves: dirty)
        }
    }

    @Test func `a dirty database tells how far the migration got`() async throws {
        let files = ["1_a.up.sql": "vacuum pg_cast; create table t1 (); select 1/0;", "1_a.down.sql": "drop table t1"]
        try await withAddresses(1, files) { fleet, databases in
            let dirty = DatabaseState("1 dirty", ["t1"])
            try await expect(fleet, databases[0], ["up"], code: 3, leaves: dirty)
            try await expect(fleet, databases[0], ["up"], code: 3, says: "statement 3 of 3 begun", leaves: dirty)
        }
    }

    @Test func `the way down is not over or to a version that was never applied, unless it is allowed`() async throws {
        try await withAddresses(1, Samples.table(1) + Samples.table(3)) { fleet, databases in
            let one = databases[0]
            let three = DatabaseState("3 clean", ["t1", "t3"])
            try await expect(fleet, one, ["up"], leaves: three)
            for (file, text) in Samples.table(2, before: "") { try fleet.write("db/\(file)", text) }
            for command in [["down", "1"], ["down", "2"], ["goto", "2"], ["goto", "none"], ["down", "--all"]] {
                try await expect(fleet, one, command, code: 2, says: "never applied", leaves: three)
            }
            try await expect(
                fleet, one, ["down", "1", "--allow", "out_of_order"], leaves: DatabaseState("2 clean", ["t1"]))
        }
    }

    @Test func `version prints the number alone, and is 1 where nothing is applied`() async throws {
        try await withAddresses { fleet, databases in
            let version = ["migrate", "version", "--database", databases[0].address]
            let none = try await fleet.run(version)
            #expect(none.code == 1)
            #expect(none.output.isEmpty)
            #expect(none.messages.contains("no migration"))
            try await databases[0].adopt(7)
            #expect(try await fleet.run(version).output == "7\n")
            try await databases[0].psql("UPDATE schema_migrations SET dirty = true")
            let dirty = try await fleet.run(version)
            #expect(dirty.code == 0)
            #expect(dirty.output == "7 (dirty)\n")
        }
    }

    @Test func `several are worked on one after the other, up to the first that fails`() async throws {
        try await withAddresses(3) { fleet, databases in
            try await databases[1].adopt(1, isDirty: true)
            let addresses = databases.flatMap { ["--database", $0.address] }
            let result = try await fleet.run(["migrate", "up", "--migrations", "db"] + addresses)
            #expect(result.code == 3, "\(result.everything)")
            let names = databases.map { "127.0.0.1:\($0.server.port)/\($0.name)" }
            #expect(result.messages.contains("done: \(names[0])\nstopped at: \(names[1])\nnot begun: \(names[2])"))
            let states = try await databases.states()
            #expect(
                states == [
                    DatabaseState("3 clean", Samples.tables(3)), DatabaseState("1 dirty"), DatabaseState("no table"),
                ])
            let document = try await fleet.run(
                ["migrate", "up", "--output", "json", "--migrations", "db"] + addresses
            ).document()
            #expect(document["databases"].elements.map { $0["version"].integer } == [3, 1])
        }
    }

    @Test func `the command line of golang-migrate does the same`() async throws {
        try await withAddresses { fleet, databases in
            let database = databases[0]
            func run(_ words: String..., leaves: DatabaseState) async throws {
                let result = try await fleet.run(["migrate"] + words)
                #expect(result.code == 0, "\(words): \(result.everything)")
                let state = try await database.state()
                #expect(state == leaves, "\(words)")
            }
            let address = database.address
            let two = DatabaseState("2 clean", Samples.tables(2))
            try await run("-path", "db", "-database", address, "up", "2", leaves: two)
            try await run(
                "-source", "file://db", "-database=\(address)", "-verbose", "-lock-timeout", "5", "up", "0", leaves: two
            )
            try await run(
                "--path=db", "--database", address, "-prefetch", "3", "goto", "3",
                leaves: DatabaseState("3 clean", Samples.tables(3)))
            try await run("-path", "db", "-database", address, "down", "-all", leaves: DatabaseState("none"))
            try await run("-path", "db", "-database", address, "drop", "-f", leaves: DatabaseState("no table"))
            try await run(
                "create", "-ext", ".sql", "-dir", "db", "-seq", "-digits", "3", "more",
                leaves: DatabaseState("no table"))
            #expect(fleet.exists("db/004_more.up.sql") && fleet.exists("db/004_more.down.sql"))
        }
    }

    @Test func `a folder or a title may be named like a command`() async throws {
        try await withFleet { fleet in
            let result = try await fleet.run("migrate", "-path", "up", "create", "-seq", "down")
            #expect(result.code == 0, "\(result.everything)")
            #expect(fleet.exists("up/000001_down.up.sql"))
            #expect(try await fleet.run("migrate", "-path", "up", "--help").code == 0)
        }
    }

    @Test func `its options are honoured: table, search_path, lock`() async throws {
        try await withAddresses { fleet, databases in
            let database = databases[0]
            try await database.psql("CREATE SCHEMA tenant_7")
            let address =
                database.address + "&search_path=Tenant_7&x-migrations-table=my.versions&x-multi-statement=true"
            let result = try await fleet.run("migrate", "up", "1", "--database", address, "--path", "db")
            #expect(result.code == 0, "\(result.everything)")
            #expect(
                try await database.psql(#"SELECT * FROM tenant_7."my.versions"; SELECT count(*) FROM tenant_7.t1"#)
                    == "1|f\n0")
        }
    }

    @Test func `no output and no error holds the password`() async throws {
        try await withAddresses { fleet, databases in
            let server = "127.0.0.1:\(databases[0].server.port)"
            for address in [
                "postgres://postgres:s3cret@\(server)/\(databases[0].name)?sslmode=disable",
                "postgres://postgres:s3cret@\(server)/\(databases[0].name)",
                "postgres://postgres:s3cret@\(server)/nope?sslmode=disable",
                "postgres://postgres:s3#cret@\(server)/x", "postgres:s3cret@x", "postgres://u:s3/cret@x/y",
                "postgres://nobody:s3cret@\(server)/x?sslmode=disable", "postgres://u@\(server)/x?passwort=s3cret",
            ] {
                for command in [["up"], ["version", "--output", "json"], ["force", "1", "--yes"]] {
                    let result = try await fleet.run(
                        ["migrate"] + command + ["--database", address, "--migrations", "db", "--verbose"])
                    #expect(!result.everything.contains("cret"), "\(command) \(result.everything)")
                }
            }
            let warned = try await fleet.run(
                "migrate", "version", "--database",
                "postgres://postgres:s3cret@\(server)/\(databases[0].name)?sslmode=disable")
            #expect(warned.code == 0)
            #expect(warned.messages.contains("PGPASSWORD"))
        }
    }

    @Test func `what to do next names no inventory`() async throws {
        try await withAddresses(1, ["1_a.up.sql": "SELECT 1/0", "1_a.down.sql": ""]) { fleet, databases in
            let result = try await fleet.run("migrate", "up", "--database", databases[0].address, "--path", "db")
            #expect(result.code == 1)
            #expect(result.output.contains("pgfleet migrate goto 1 --database …"), "\(result.output)")
            let refused = try await fleet.run(
                "migrate", "up", "--database", databases[0].address + "&dbname=nope", "--path", "db")
            #expect(refused.messages.contains("in --database"), "\(refused.messages)")
            let lost = try await fleet.run("migrate", "up", "--database", databases[0].address, "--path", "nope")
            #expect(lost.code == 2)
            #expect(lost.messages.contains("--migrations"))
            for text in [result.everything, refused.everything, lost.everything] {
                #expect(!text.contains("--target") && !text.contains("fleet.yaml"), "\(text)")
            }
        }
    }
}

extension TestDatabase {
    /// golang-migrate's address of it.
    var address: String { "postgres://postgres@127.0.0.1:\(server.port)/\(name)?sslmode=disable" }
}
