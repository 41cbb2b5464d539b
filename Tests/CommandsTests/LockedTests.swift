import Migrations
import Postgres
import TestSupport
import Testing

@Suite("A migration lock that someone else holds") struct LockedTests {
    /// Both of golang-migrate's spellings in one test, because it takes the whole minute that pgfleet waits.
    @Test func `in either form keeps the rollout out, names the holder, and changes nothing`() async throws {
        try await withFleet(of: 2, Samples.two, rules: ["concurrency: 2", "on_failure: continue", "max_failures: 2"]) {
            fleet, databases in
            var holders: [Connection] = []
            for (database, prefix) in zip(databases, ["/", ""]) {
                let holder = try await database.connect()
                let lock = LockID(schema: "public", table: "schema_migrations", database: prefix + database.name)
                _ = try await holder.run(
                    "SET application_name = 'somebody else'; SELECT pg_advisory_lock(\(lock.number))")
                holders.append(holder)
            }
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 1, "\(result.everything)")
            for (database, holder) in zip(databases, holders) {
                #expect(result.output.contains(database.target()))
                #expect(result.output.contains("'somebody else' (process \(holder.backendPID)"))
            }
            #expect(try await databases.states() == [DatabaseState("no table"), DatabaseState("no table")])
            let kinds = try await fleet.json("rollout", "show")["targets"].elements.map { $0["failure"]["kind"].string }
            #expect(kinds == ["lock_held", "lock_held"])
            #expect(
                try await fleet.states() == [databases[0].name: "behind", databases[1].name: "behind"])

            for holder in holders { await holder.close() }
            #expect(try await fleet.run("rollout", "resume", "--yes").code == 0)
            let new = DatabaseState("2 clean", Samples.tables(2))
            #expect(try await databases.states() == [new, new])
        }
    }

    @Test func `on a table that is only busy is a failure that changes nothing`() async throws {
        let files = Samples.table(1) + ["2_alter.up.sql": "ALTER TABLE t1 ADD n int", "2_alter.down.sql": "SELECT 1"]
        try await withFleet(of: 1, files) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            let holder = try await databases[0].connect()
            _ = try await holder.run("BEGIN; LOCK TABLE t1 IN ACCESS SHARE MODE")
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 6, "\(result.everything)")
            #expect(result.output.contains("55P03"))
            #expect(result.output.contains("after 2 tries"), "\(result.output)")
            #expect(result.output.contains(databases[0].target()))
            #expect(try await databases[0].state() == DatabaseState("1 clean", ["t1"]))
            await holder.close()
        }
    }
}
