import Foundation
import TestSupport
import Testing

@Suite("What schemas are compared with") struct ComparisonTests {
    private static let files = [
        "1_a.up.sql": "create table a (id int primary key, note text); create index a_note on a (note)",
        "1_a.down.sql": "drop table a",
    ]

    private func findings(_ document: JSON, _ place: Int) -> [String] {
        document["targets"].elements[place]["findings"].elements.compactMap { $0["key"].string }
    }

    @Test func `the majority shows who differs, and where there is none nothing is said`() async throws {
        try await withFleet(of: 4, Self.files) { fleet, databases in
            for database in databases { try await OtherTool(database: database).up(to: 1, of: Self.files) }
            // What all have in common is no drift to the majority, though the files have it not.
            for database in databases { try await database.psql("create table everywhere (id int)") }
            try await databases[2].psql("drop index a_note")
            let result = try await fleet.run("check", "--against", "majority", "--output", "json")
            #expect(result.code == 4)
            let document = try result.document()
            #expect((0...3).map { findings(document, $0) } == [[], [], ["missing index a_note"], []])
            #expect(document["targets"].elements[0]["compared_with"].string == "3 of 4 on its version")
            let expected = try await fleet.json("check")
            #expect(findings(expected, 0) == ["extra table everywhere"])

            try await databases[0].psql("create table lone (id int)")
            try await databases[1].psql("create table other (id int)")
            let divided = try await fleet.json("check", "--against", "majority")
            #expect(divided["summary"]["unknown"].integer == 4)
        }
    }

    @Test func `one target is the measure for those on its version`() async throws {
        try await withFleet(of: 3, Self.files) { fleet, databases in
            for database in databases { try await OtherTool(database: database).up(to: 1, of: Self.files) }
            try await databases[0].psql("alter table a add extra int")
            let against = try await fleet.json("check", "--against", databases[0].target())
            #expect(
                (0...2).map { findings(against, $0) } == [[], ["missing column a.extra"], ["missing column a.extra"]])
            let wrong = try await fleet.run("check", "--against", "production/nowhere")
            #expect(wrong.code == 2)
        }
    }

    @Test func `where the files cannot be replayed it is said, and the majority is taken`() async throws {
        try await withFleet(of: 3, Self.files) { fleet, databases in
            for database in databases { try await OtherTool(database: database).up(to: 1, of: Self.files) }
            try fleet.write(
                "migrations/1_a.up.sql", (Self.files["1_a.up.sql"] ?? "") + "; grant select on a to no_such_role")
            try await databases[1].psql("drop index a_note")
            let check = try await fleet.run("check")
            #expect(check.code == 4)
            #expect(check.output.contains("no_such_role"), "\(check.everything)")
            #expect(check.output.contains("scratch:"))
            #expect(check.output.contains("index a_note is missing"))
        }
    }

    @Test func `a target that is dirty or does not answer is told of by itself`() async throws {
        try await withFleet(of: 2, Self.files) { fleet, databases in
            for database in databases { try await OtherTool(database: database).up(to: 1, of: Self.files) }
            try await databases[0].psql("update schema_migrations set dirty = true")
            let dirty = try await fleet.run("check", "--output", "json")
            #expect(dirty.code == 3)
            #expect(try dirty.document()["targets"].elements.map { $0["verdict"].string } == ["dirty", "consistent"])
            try await databases[0].psql("update schema_migrations set dirty = false")
            var text = FleetText(production: databases)
            text.entries = ["{host: 127.0.0.1, port: 1, database: gone}"]
            try fleet.write(text, Self.files)
            let gone = try await fleet.run("check", "--output", "json")
            #expect(gone.code == 1)
            #expect(try gone.document()["summary"]["unreachable"].integer == 1)
        }
    }

    @Test func `files that were edited after they were applied are found by the history`() async throws {
        try await withFleet(of: 1, Self.files) { fleet, databases in
            #expect(try await fleet.run("migrate", "up").code == 0)
            #expect(try await fleet.run("check").code == 0)
            try fleet.write("migrations/1_a.up.sql", "-- edited\n" + (Self.files["1_a.up.sql"] ?? ""))
            let check = try await fleet.json("check")
            #expect(findings(check, 0) == ["edited 1"])
        }
    }

    @Test func `tenants' schemas are compared as such, and drift of one is that one's`() async throws {
        try await withDatabases(1) { databases in
            try await withFleet { fleet in
                try await databases[0].psql("create schema tenant_1; create schema tenant_2; create schema tenant_3")
                var text = FleetText(production: [])
                text.entries = [
                    "{host: 127.0.0.1, port: \(databases[0].server.port), database: \(databases[0].name), "
                        + "schemas: [tenant_1, tenant_2, tenant_3]}"
                ]
                try fleet.write(text, Self.files)
                #expect(try await fleet.run("rollout", "--yes").code == 0)
                #expect(try await fleet.run("check").code == 0)
                try await databases[0].psql("drop index tenant_2.a_note; create table public.elsewhere (id int)")
                let check = try await fleet.json("check")
                #expect((0...2).map { findings(check, $0) } == [[], ["missing index a_note"], []])
            }
        }
    }

    @Test func `tenants that are looked at together are found as each by itself`() async throws {
        try await withDatabases(1) { databases in
            try await withFleet { fleet in
                let database = databases[0]
                let tenants = (1...9).map { "tenant_\($0)" }
                try await database.psql(tenants.map { "create schema \($0)" }.joined(separator: ";"))
                var text = FleetText(production: [])
                text.entries = [
                    "{host: 127.0.0.1, port: \(database.server.port), database: \(database.name), "
                        + "schemas: [\(tenants.joined(separator: ", "))]}"
                ]
                try fleet.write(text, Self.files)
                #expect(try await fleet.run("rollout", "--yes").code == 0)
                try await database.psql(
                    """
                    drop index tenant_2.a_note; update tenant_3.schema_migrations set dirty = true;
                    drop schema tenant_4 cascade; delete from tenant_5.schema_migrations;
                    update tenant_6.schema_migrations set version = 7; alter table tenant_7.a alter note set default 'x';
                    update pgfleet.history set checksum = 'other' where target_schema = 'tenant_8'
                    """)
                let together = try await fleet.json("check")
                #expect(
                    (0...8).map { findings(together, $0) } == [
                        [], ["missing index a_note"], ["dirty 1"], ["unreachable"], ["extra table a"], [],
                        ["changed column a.note"], ["edited 1"], [],
                    ])
                #expect(together["targets"].elements[5]["compared_with"].string == nil)
                for (place, tenant) in tenants.enumerated() {
                    let alone = try await fleet.json("check", "--full", "--target", "*/\(tenant)")
                    #expect(findings(alone, 0) == findings(together, place), "\(tenant)")
                }
            }
        }
    }

    @Test func `what was replayed once is not replayed again, also where nothing can be replayed any more`()
        async throws
    {
        try await withFleet(of: 1, Self.files) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 1, of: Self.files)
            #expect(try await fleet.run("check").code == 0)
            try fleet.write("fleet.yaml", FleetText(production: databases).yaml + "scratch: {programs: /nowhere}\n")
            for document in [try await fleet.json("check"), try await fleet.json("check", "--full")] {
                #expect(document["targets"].elements[0]["compared_with"].string == "its migrations")
            }
            try fleet.write("migrations/1_a.up.sql", "-- another file\n" + (Self.files["1_a.up.sql"] ?? ""))
            let document = try await fleet.json("check")
            #expect(document["targets"].elements[0]["compared_with"].string == nil)
        }
    }
}
