import Migrations
import Postgres
import TestSupport
import Testing

@Suite("A migration lock that someone else holds") struct LockedTests {
    @Test func `in either form keeps the rollout out, names the holder, and changes nothing`() async throws {
        let rules = ["concurrency: 2", "on_failure: continue", "max_failures: 2", "timeouts: {lock_wait: 1s}"]
        try await withFleet(of: 2, Samples.two, rules: rules) { fleet, databases in
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

    @Test func `on a table defers the target: exit code 5, nothing changed, and a resume finishes`() async throws {
        let files = Samples.table(1) + ["2_alter.up.sql": "ALTER TABLE t1 ADD n int", "2_alter.down.sql": "SELECT 1"]
        try await withFleet(of: 2, files, rules: ["waves: [{name: first, count: 1}, {name: rest}]"]) {
            fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            let holder = try await databases[0].connect()
            _ = try await holder.run("BEGIN; LOCK TABLE t1 IN ACCESS EXCLUSIVE MODE")
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 5, "\(result.everything)")
            for part in ["55P03", "after 2 tries", databases[0].target(), "1 deferred", "pgfleet rollout resume "] {
                #expect(result.output.contains(part), "\(part) in: \(result.output)")
            }
            #expect(result.messages.contains("once more"), "it was tried again when the rest of its wave had ended")
            #expect(try await databases.states() == Array(repeating: DatabaseState("1 clean", ["t1"]), count: 2))
            #expect(try await fleet.accounts() == [databases[0].name: "deferred", databases[1].name: "not_started"])
            let list = try await fleet.json("rollout", "list")["rollouts"].elements
            #expect(list.first?["status"].string == "deferred")
            #expect(list.first?["accounts"]["deferred"].integer == 1)
            let single = try await fleet.run("migrate", "up", "--target", databases[0].target())
            #expect(single.code == 5, "\(single.everything)")
            await holder.close()
            let resumed = try await fleet.run("rollout", "resume", "--yes")
            #expect(resumed.code == 0, "\(resumed.everything)")
            #expect(try await fleet.accounts() == [databases[0].name: "changed", databases[1].name: "changed"])
        }
    }

    @Test func `with on_failure continue does not keep the others from going on`() async throws {
        let files = Samples.table(1) + ["2_alter.up.sql": "ALTER TABLE t1 ADD n int", "2_alter.down.sql": "SELECT 1"]
        try await withFleet(
            of: 2, files, rules: ["on_failure: continue", "waves: [{name: first, count: 1}, {name: rest}]"]
        ) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            let holder = try await databases[0].connect()
            _ = try await holder.run("BEGIN; LOCK TABLE t1 IN ACCESS SHARE MODE")
            #expect(try await fleet.run("rollout", "--yes").code == 5)
            #expect(try await fleet.accounts() == [databases[0].name: "deferred", databases[1].name: "changed"])
            await holder.close()
        }
    }
}
