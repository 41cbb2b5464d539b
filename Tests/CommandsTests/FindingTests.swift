import TestSupport
import Testing

@Suite("Findings that stand against the migrations") struct FindingTests {
    @Test func `a stray SQL file stops plan, rollout and migrate until it is allowed by its name`() async throws {
        var files = Samples.two
        files["003_x.sql"] = "select 1;"
        try await withFleet(of: 1, files) { fleet, databases in
            for command in [["plan"], ["rollout", "--yes"], ["migrate", "up"]] {
                let refused = try await fleet.run(command)
                #expect(refused.code == 2, "\(refused.everything)")
                #expect(refused.messages.contains("003_x.sql"))
                #expect(refused.messages.contains("--allow stray_file"))
            }
            #expect(try await databases.states() == [DatabaseState("no table")])
            let validated = try await fleet.run("validate")
            #expect(validated.code == 2)
            #expect(validated.everything.contains("003_x.sql"))
            let allowed = try await fleet.run("rollout", "--yes", "--allow", "stray_file")
            #expect(allowed.code == 0, "\(allowed.everything)")
            #expect(try await databases.states() == [DatabaseState("2 clean", Samples.tables(2))])
        }
    }

    @Test func `a file that was edited since it was hashed stops a rollout and is named`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let hashed = try await fleet.run("hash")
            #expect(hashed.code == 0, "\(hashed.everything)")
            #expect(fleet.exists("migrations/pgfleet.sum"))
            let first = try await fleet.run("plan")
            #expect(first.code == 0, "\(first.everything)")
            try fleet.write("migrations/2_make_t2.up.sql", "select 2;")
            for command in [["plan"], ["rollout", "--yes"], ["migrate", "up"], ["validate"]] {
                let refused = try await fleet.run(command)
                #expect(refused.code == 2, "\(refused.everything)")
                #expect(refused.everything.contains("2_make_t2.up.sql: was edited since pgfleet.sum was written"))
            }
            #expect(try await databases.states() == [DatabaseState("no table")])
            let allowed = try await fleet.run("plan", "--allow", "unhashed")
            #expect(allowed.code == 0, "\(allowed.everything)")
            let again = try await fleet.json("hash")
            #expect(again["sums"].elements.first?["changed"].bool == true)
            let clean = try await fleet.run("validate")
            #expect(clean.code == 0, "\(clean.everything)")
        }
    }

    @Test func `a file added below the version is refused until it is allowed by its name`() async throws {
        try await withFleet(of: 1, Samples.table(1) + Samples.table(3)) { fleet, databases in
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            for (file, text) in Samples.table(2) + Samples.table(4) { try fleet.write("migrations/\(file)", text) }
            for command in [["plan"], ["rollout", "--yes"], ["migrate", "up"]] {
                let refused = try await fleet.run(command)
                #expect(refused.code != 0, "\(refused.everything)")
                #expect(refused.everything.contains("--allow out_of_order"), "\(refused.everything)")
            }
            let status = try await fleet.run("status")
            #expect(status.code == 0, "\(status.everything)")
            #expect(status.output.contains("--allow out_of_order"), "\(status.output)")
            let row = try await fleet.json("status")["targets"].elements[0]
            #expect(row["state"] == .string("behind"))
            #expect(row["findings"].elements.map { $0["kind"] } == [.string("out_of_order")])
            #expect(row["findings"].elements.first?["versions"] == .array([.number(2)]))
            #expect(try await databases.states() == [DatabaseState("3 clean", ["t1", "t3"])])
            let allowed = try await fleet.run("rollout", "--yes", "--allow", "out_of_order")
            #expect(allowed.code == 0, "\(allowed.everything)")
            #expect(try await databases.states() == [DatabaseState("4 clean", ["t1", "t3", "t4"])])
        }
    }

    @Test func `a missing down file may be allowed where the policy would need it`() async throws {
        var files = Samples.two
        files["2_make_t2.down.sql"] = nil
        try await withFleet(of: 1, files, rules: ["on_failure: rollback"]) { fleet, databases in
            let result = try await fleet.run("rollout", "--yes", "--allow", "missing_down")
            #expect(result.code == 0, "\(result.everything)")
            let down = try await fleet.run(
                "rollout", "--yes", "--to", "1", "--allow-down", "--allow", "missing_down")
            #expect(down.code == 0, "\(down.everything)")
            #expect(try await databases.states() == [DatabaseState("1 clean", Samples.tables(2))])
        }
    }

    @Test func `a finding that there is not cannot be allowed`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            let result = try await fleet.run("plan", "--allow", "everything")
            #expect(result.code == 2)
            #expect(result.messages.contains("stray_file"))
        }
    }
}
