import Glibc
import TestSupport
import Testing

@Suite("What changed between the start of a rollout and its resume") struct ChangedSinceTests {
    /// Lends a rollout over three databases that was stopped after the first.
    private func withInterrupted(
        rules: [String] = [], _ body: (FleetDirectory, [TestDatabase]) async throws -> Void
    ) async throws {
        let files = Samples.table(1) + Samples.table(2, before: "SELECT pg_sleep(0.5);\n")
        try await withFleet(of: 3, files, rules: rules) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy()
            rollout.signal(SIGINT)
            #expect(try await rollout.wait().code == 130)
            #expect(try await databases[0].state() == Self.new)
            try await body(fleet, databases)
        }
    }

    private static let new = DatabaseState("2 clean", Samples.tables(2))
    private static let none = DatabaseState("no table")

    @Test(arguments: ["resume", "rollback"])
    func `a migration file that was edited is refused by name, and nothing is changed`(way: String) async throws {
        try await withInterrupted { fleet, databases in
            try fleet.write("migrations/2_make_t2.\(way == "resume" ? "up" : "down").sql", "SELECT 1;\n")
            let result = try await fleet.run("rollout", way, "--yes")
            #expect(result.code == 2, "\(result.everything)")
            #expect(result.messages.contains("version 2"))
            #expect(result.messages.contains(fleet.path + "/migrations"))
            #expect(try await databases.states() == [Self.new, Self.none, Self.none])
            #expect(try await fleet.json("rollout", "show")["status"].string == "interrupted")
        }
    }

    @Test func `a migration file that was removed is refused by name`() async throws {
        try await withInterrupted { fleet, databases in
            try fleet.remove("migrations/2_make_t2.down.sql")
            let result = try await fleet.run("rollout", "resume", "--yes")
            #expect(result.code == 2, "\(result.everything)")
            #expect(result.messages.contains("removed"))
            #expect(try await databases.states() == [Self.new, Self.none, Self.none])
        }
    }

    @Test(arguments: ["resume", "rollback"])
    func `a secret that is no longer there is refused with its place, and nothing is turned back`(
        way: String
    ) async throws {
        try await withInterrupted { fleet, databases in
            var text = FleetText(production: databases)
            text.defaults.append("password: ${env:NO_SUCH_SECRET}")
            try fleet.write(text, [:])
            let result = try await fleet.run("rollout", way, "--yes")
            #expect(result.code == 2, "\(result.everything)")
            #expect(result.messages.contains("NO_SUCH_SECRET"))
            #expect(result.messages.contains("fleet.yaml:8:"))
            #expect(try await databases.states() == [Self.new, Self.none, Self.none])
            #expect(try await fleet.json("rollout", "show")["status"].string == "interrupted")
        }
    }

    @Test func `a user that the server does not know stops a resume before it begins, and nothing is turned back`()
        async throws
    {
        try await withInterrupted { fleet, databases in
            var text = FleetText(production: databases)
            text.defaults = text.defaults.map { $0 == "user: postgres" ? "user: nobody_of_this_name" : $0 }
            try fleet.write(text, [:])
            let result = try await fleet.run("rollout", "resume", "--yes")
            #expect(result.code == 1, "\(result.everything)")
            #expect(result.messages.contains("nobody_of_this_name"))
            #expect(result.messages.contains("nothing was begun"))
            #expect(try await databases.states() == [Self.new, Self.none, Self.none])

            try fleet.write(FleetText(production: databases), [:])
            let resumed = try await fleet.run("rollout", "resume", "--yes")
            #expect(resumed.code == 0, "\(resumed.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.new])
        }
    }

    @Test func `a target that is no longer in the inventory fails by name, and is accounted for`() async throws {
        try await withInterrupted(rules: ["on_failure: halt"]) { fleet, databases in
            try fleet.write(
                FleetText(production: [databases[0], databases[2]], rules: ["on_failure: halt"]), [:])
            let result = try await fleet.run("rollout", "resume", "--yes")
            #expect(result.code == 1, "\(result.everything)")
            #expect(result.everything.contains(databases[1].target()))
            #expect(result.everything.contains("not in the inventory any more"))
            #expect(try await databases.states() == [Self.new, Self.none, Self.none])
            #expect(
                try await fleet.accounts() == [
                    databases[0].name: "changed", databases[1].name: "failed", databases[2].name: "not_started",
                ])

            try fleet.write(FleetText(production: databases, rules: ["on_failure: halt"]), [:])
            let resumed = try await fleet.run("rollout", "resume", "--yes")
            #expect(resumed.code == 0, "\(resumed.everything)")
            #expect(try await databases.states() == [Self.new, Self.new, Self.new])
        }
    }

    @Test func `a database that someone else migrated since is left alone and named`() async throws {
        try await withInterrupted(rules: ["on_failure: halt"]) { fleet, databases in
            try fleet.write("migrations/3_later.up.sql", "SELECT 1;\n")
            try await databases[1].adopt(3)
            let result = try await fleet.run("rollout", "resume", "--yes")
            #expect(result.code == 1, "\(result.everything)")
            #expect(result.everything.contains(databases[1].target()))
            #expect(result.everything.contains("on version 3"))
            #expect(try await databases.states() == [Self.new, DatabaseState("3 clean"), Self.none])
        }
    }

    @Test func `a database that became dirty since is 3 and left alone`() async throws {
        try await withInterrupted { fleet, databases in
            try await databases[1].adopt(1, isDirty: true)
            let result = try await fleet.run("rollout", "resume", "--yes")
            #expect(result.code == 3, "\(result.everything)")
            #expect(result.everything.contains(databases[1].target()))
            #expect(try await databases[1].state() == DatabaseState("1 dirty"))
            #expect(try await databases[2].state() == Self.none)
        }
    }

    @Test func `a rollout is not taken back from under a later one`() async throws {
        try await withFleet(of: 2, Samples.two) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            let first = try #require(try await fleet.json("rollout", "show")["rollout"].string)
            #expect(try await fleet.run("rollout", "--yes", "--to", "2").code == 0)
            let second = try #require(try await fleet.json("rollout", "show")["rollout"].string)

            let refused = try await fleet.run("rollout", "rollback", "--yes", first)
            #expect(refused.code == 2, "\(refused.everything)")
            #expect(refused.messages.contains("pgfleet rollout rollback \(second)"))
            #expect(try await databases.states() == [Self.new, Self.new])

            for rollout in [second, first] {
                let back = try await fleet.run("rollout", "rollback", "--yes", rollout)
                #expect(back.code == 0, "\(back.everything)")
            }
            #expect(try await databases.states().allSatisfy { $0.tables.isEmpty })
        }
    }

    @Test func `a name that no rollout has, and a fleet without a rollout, are 2`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            for command in [["rollout", "resume"], ["rollout", "show"], ["rollout", "rollback", "--yes"]] {
                let result = try await fleet.run(command)
                #expect(result.code == 2)
                #expect(result.messages.contains("pgfleet rollout"))
            }
            #expect(!fleet.exists(".pgfleet"), "a look makes no store")
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let result = try await fleet.run("rollout", "show", "1999")
            #expect(result.code == 2)
            #expect(result.messages.contains("1999"))
        }
    }
}
