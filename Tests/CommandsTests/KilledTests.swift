import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

/// kill -9 at any moment: whatever was in flight, someone can finish it or undo it.
@Suite("A rollout whose process is killed") struct KilledTests {
    private static let versions = 3
    private static let databases = 3
    private static let migrations = Samples.slow(versions, seconds: 0.15)
    private static let new = DatabaseState("3 clean", Samples.tables(versions))

    /// The moments are spread over the whole rollout, which takes about a second; each is shaken within its share.
    @Test(arguments: 0..<20)
    func `ends consistently after a resume or a rollback, also if those are killed`(number: Int) async throws {
        var random = SeededGenerator(seed: UInt64(number))
        try await withFleet(of: Self.databases, Self.migrations, rules: ["concurrency: 2"]) { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            if number % 5 != 0 {
                try await eventually("the rollout begins") { try !rollout.messages().isEmpty }
            }
            let share = 1.15 / 20
            try await Task.sleep(for: .seconds(share * Double(number) + Double.random(in: 0..<share, using: &random)))
            rollout.signal(SIGKILL)
            let result = try await rollout.wait()
            #expect(result.code == 137 || result.code == 0)

            let way = number % 2 == 0 ? "resume" : "rollback"
            guard try await status(of: fleet) != nil else {
                // Killed before anything was recorded: then nothing was begun either.
                #expect(try await databases.states() == Array(repeating: DatabaseState("no table"), count: 3))
                return
            }
            if number % 4 >= 2 {
                let recovery = try fleet.start("rollout", way, "--yes")
                try await Task.sleep(for: .seconds(Double.random(in: 0..<0.8, using: &random)))
                recovery.signal(SIGKILL)
                _ = try await recovery.wait()
            }
            let before = try await status(of: fleet)
            let recovery = try await fleet.run("rollout", way, "--yes")
            if before == "succeeded", way == "resume" {
                #expect(recovery.code == 2)
            } else if before == "rolled_back" {
                #expect(recovery.code == 2)
            } else {
                #expect(recovery.code == 0, "\(before ?? ""): \(recovery.everything)")
            }
            try await expectConsistentEnd(fleet, databases, isRolledBack: way == "rollback")
        }
    }

    @Test
    func `in the middle of a migration without a transaction leaves it dirty by name, until someone says what is true`()
        async throws
    {
        let files =
            Samples.table(1) + [
                "2_index.up.sql": "CREATE INDEX CONCURRENTLY t1_id ON t1 (id);\n",
                "2_index.down.sql": "DROP INDEX CONCURRENTLY t1_id;\n",
            ]
        try await withFleet(of: 2, files, rules: ["on_failure: halt"]) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            // The index waits for a transaction that may still see the table without it.
            let reader = try await databases[0].connect()
            _ = try await reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM t1")
            let rollout = try fleet.start("rollout", "--yes")
            try await databases[0].waitUntilBusy(with: "CONCURRENTLY")
            rollout.signal(SIGKILL)
            #expect(try await rollout.wait().code == 137)
            _ = try await reader.run("COMMIT")
            await reader.close()

            #expect(try await fleet.run("status").code == 3)
            #expect(
                try await fleet.states() == [databases[0].name: "dirty", databases[1].name: "behind"])
            let resumed = try await fleet.run("rollout", "resume", "--yes")
            #expect(resumed.code == 3, "\(resumed.everything)")
            #expect(resumed.everything.contains(databases[0].target()))
            #expect(resumed.everything.contains("migrate force"))
            #expect(
                try await databases.states() == [DatabaseState("2 dirty", ["t1"]), DatabaseState("1 clean", ["t1"])])

            // The server went on with it, and whoever looks can see that the index is there.
            try await databases[0].psql("DROP INDEX IF EXISTS t1_id; CREATE INDEX t1_id ON t1 (id)")
            let force = try await fleet.run("migrate", "force", "2", "--yes", "--target", databases[0].target())
            #expect(force.code == 0, "\(force.everything)")
            let again = try await fleet.run("rollout", "resume", "--yes")
            #expect(again.code == 0, "\(again.everything)")
            let new = DatabaseState("2 clean", ["t1"])
            #expect(try await databases.states() == [new, new])
        }
    }

    private func status(of fleet: FleetDirectory) async throws -> String? {
        try await fleet.json("rollout", "list")["rollouts"].elements.first?["status"].string
    }

    private func expectConsistentEnd(
        _ fleet: FleetDirectory, _ databases: [TestDatabase], isRolledBack: Bool
    ) async throws {
        // What the databases hold: all on the one version or all on the other, and each with the tables of its version.
        let states = try await databases.states()
        for state in states {
            if isRolledBack {
                #expect(state == DatabaseState("none") || state == DatabaseState("no table"))
            } else {
                #expect(state == Self.new)
            }
        }
        // What the journal tells: an end, every number once, and every planned target once.
        let show = try await fleet.json("rollout", "show")
        #expect(show["status"].string == (isRolledBack ? "rolled_back" : "succeeded"))
        let events = show["events"].elements
        #expect(events.last?["event"].string == "ended")
        #expect(events.compactMap { $0["sequence"].integer } == Array(1...max(1, events.count)))
        let targets = show["targets"].elements.compactMap { $0["target"].string }
        #expect(targets.sorted() == databases.map { $0.target() }.sorted())
        let accounts = try await fleet.accounts()
        if isRolledBack {
            #expect(Set(accounts.values).isSubset(of: ["rolled_back", "not_started"]))
        } else {
            #expect(Set(accounts.values) == ["changed"])
        }
        let summary = try await fleet.json("status")["summary"]
        #expect(summary[isRolledBack ? "behind" : "current"].integer == databases.count)
    }
}
