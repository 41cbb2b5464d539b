import TestSupport
import Testing

@Suite("Wrong migrations") struct BadMigrationsTests {
    @Test(arguments: [["validate"], ["status"], ["plan"], ["rollout", "--yes"]])
    func `two files of one version are 2 and named both`(command: [String]) async throws {
        try await withFleet(of: 1, Samples.two + ["02_again.up.sql": "SELECT 1"]) { fleet, databases in
            let result = try await fleet.run(command)
            #expect(result.code == 2)
            #expect(result.messages.contains("2_make_t2.up.sql"))
            #expect(result.messages.contains("02_again.up.sql"))
            #expect(try await databases.states() == [DatabaseState("no table")])
        }
    }

    @Test(arguments: [["validate"], ["plan"], ["rollout", "--yes"]])
    func `an empty directory is 2 and named`(command: [String]) async throws {
        try await withFleet(of: 1, ["readme.txt": "none yet"]) { fleet, databases in
            let result = try await fleet.run(command)
            #expect(result.code == 2)
            #expect(result.messages.contains(fleet.path + "/migrations"))
            #expect(try await databases.states() == [DatabaseState("no table")])
        }
    }

    @Test func `a missing directory is 2 and named`() async throws {
        try await withFleet(of: 1, [:]) { fleet, _ in
            let result = try await fleet.run("plan")
            #expect(result.code == 2)
            #expect(result.messages.contains(fleet.path + "/migrations"))
        }
    }

    @Test(arguments: [["plan", "--to", "99"], ["rollout", "--yes", "--to", "99"], ["migrate", "goto", "99"]])
    func `a version that is not among the files is 2`(command: [String]) async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let result = try await fleet.run(command)
            #expect(result.code == 2)
            #expect(result.messages.contains("99"))
            #expect(result.messages.contains(fleet.path + "/migrations"), "\(result.messages)")
            #expect(try await databases.states() == [DatabaseState("no table")])
        }
    }

    @Test func `a missing down file stops a rollout that would have to roll back, before anything is changed`()
        async throws
    {
        var files = Samples.two
        files["2_make_t2.down.sql"] = nil
        try await withFleet(of: 2, files, rules: ["on_failure: rollback"]) { fleet, databases in
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 2, "\(result.everything)")
            #expect(result.everything.contains("version 2 has no down file"))
            #expect(result.everything.contains("on_failure"))
            #expect(try await databases.states() == [DatabaseState("no table"), DatabaseState("no table")])
            #expect(!fleet.exists(".pgfleet"))
        }
    }

    @Test func `a missing down file does not stop a rollout that never rolls back`() async throws {
        var files = Samples.two
        files["2_make_t2.down.sql"] = nil
        try await withFleet(of: 1, files, rules: ["on_failure: halt"]) { fleet, databases in
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [DatabaseState("2 clean", Samples.tables(2))])
            let down = try await fleet.run("migrate", "down", "1")
            #expect(down.code == 2)
            #expect(down.messages.contains("--allow missing_down"))
            let back = try await fleet.run("rollout", "rollback", "--yes")
            #expect(back.code == 2, "\(back.everything)")
            #expect(back.messages.contains("version 2 has no down file"))
            let lower = try await fleet.run("rollout", "--yes", "--to", "1", "--allow-down")
            #expect(lower.code == 2, "\(lower.everything)")
            #expect(lower.everything.contains("version 2 has no down file"))
            #expect(try await databases.states() == [DatabaseState("2 clean", Samples.tables(2))])
        }
    }

    @Test func `a missing down file stops a rollout that goes down, under any policy`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            try fleet.remove("migrations/2_make_t2.down.sql")
            let result = try await fleet.run("rollout", "--yes", "--to", "1", "--allow-down")
            #expect(result.code == 2, "\(result.everything)")
            #expect(result.everything.contains("version 2 has no down file"))
            #expect(try await databases.states() == [DatabaseState("2 clean", Samples.tables(2))])
        }
    }

    @Test func `a database ahead of the files stops the rollout and is named so by status`() async throws {
        try await withFleet(of: 2, Samples.two) { fleet, databases in
            try await databases[1].adopt(7)
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 1)
            #expect(result.everything.contains(databases[1].target()))
            #expect(result.everything.contains("version 7, which is not among the files"))
            #expect(try await databases.states() == [DatabaseState("no table"), DatabaseState("7 clean")])
            #expect(try await fleet.states() == [databases[0].name: "behind", databases[1].name: "ahead"])
        }
    }
}
