import TestSupport
import Testing

@Suite("Versions that must have passed") struct PromotionTests {
    private func withPromotion(
        bake: String = "0s", _ body: (FleetDirectory, [TestDatabase]) async throws -> Void
    ) async throws {
        try await withDatabases(2) { databases in
            try await withFleet { fleet in
                let text = FleetText([
                    .init(name: "staging", databases: [databases[0]]),
                    .init(
                        name: "production", databases: [databases[1]],
                        rules: ["after: staging", "require: {versions: passed, bake: \(bake)}"]),
                ])
                try fleet.write(text, Samples.two)
                try await body(fleet, databases)
            }
        }
    }

    private static let new = DatabaseState("2 clean", Samples.tables(2))
    private static let untouched = DatabaseState("no table")

    @Test func `are refused while they have not, and go through once they have`() async throws {
        try await withPromotion { fleet, databases in
            let early = try await fleet.run("rollout", "--env", "production", "--yes")
            #expect(early.code == 2, "\(early.everything)")
            #expect(early.messages.contains("has not passed staging"))
            #expect(try await databases.states() == [Self.untouched, Self.untouched])
            #expect(try await fleet.run("rollout", "--env", "staging", "--yes").code == 0)
            let later = try await fleet.run("rollout", "--env", "production", "--yes")
            #expect(later.code == 0, "\(later.everything)")
            #expect(try await databases.states() == [Self.new, Self.new])
        }
    }

    @Test func `do not count when their file has changed since, nor when they were taken back`() async throws {
        try await withPromotion { fleet, databases in
            #expect(try await fleet.run("rollout", "--env", "staging", "--yes").code == 0)
            try fleet.write("migrations/2_make_t2.up.sql", "CREATE TABLE t2 (id bigint);\n")
            let changed = try await fleet.run("rollout", "--env", "production", "--yes")
            #expect(changed.code == 2, "\(changed.everything)")
            #expect(changed.messages.contains("version 2"))
            #expect(!changed.messages.contains("version 1,"))
            try fleet.write("migrations/2_make_t2.up.sql", "CREATE TABLE t2 (id int);\n")
            #expect(try await fleet.run("rollout", "rollback", "--yes").code == 0)
            #expect(try await fleet.run("rollout", "--env", "production", "--yes").code == 2)
            #expect(try await databases[1].state() == Self.untouched)
        }
    }

    @Test func `may be passed over for a reason, which is recorded`() async throws {
        try await withPromotion { fleet, databases in
            let result = try await fleet.run(
                "rollout", "--env", "production", "--yes", "--override", "staging burnt down")
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases[1].state() == Self.new)
            #expect(try await fleet.run("rollout", "show").output.contains("staging burnt down"))
        }
    }

    @Test func `of one rollout are waited for, and production begins no sooner than they have baked`() async throws {
        try await withPromotion(bake: "1s") { fleet, databases in
            let result = try await fleet.run("rollout", "--yes")
            #expect(result.code == 0, "\(result.everything)")
            #expect(try await databases.states() == [Self.new, Self.new])
            let events = try await fleet.json("rollout", "show")["events"].elements.compactMap { $0["event"].string }
            let names = ["environment_passed", "promotion_awaited", "promoted"]
            #expect(events.filter(names.contains) == names + ["environment_passed"])
        }
    }

    @Test func `are waited for after a kill, too`() async throws {
        try await withPromotion(bake: "2s") { fleet, databases in
            let rollout = try fleet.start("rollout", "--yes")
            try await eventually("it waits") { try rollout.messages().contains("passed for long enough") }
            rollout.signal(9)
            _ = try await rollout.wait()
            #expect(try await databases[1].state() == Self.untouched)
            #expect(try await fleet.run("rollout", "resume").code == 0)
            #expect(try await databases[1].state() == Self.new)
        }
    }
}
