import Foundation
import TestSupport
import Testing

@Suite("Comparing schemas by hand") struct SchemaCommandTests {
    private static let files = [
        "1_a.up.sql": "create table a (id int primary key)", "1_a.down.sql": "drop table a",
        "2_b.up.sql": "create table b (id int, a int references a); create index b_a on b (a)",
        "2_b.down.sql": "drop table b",
    ]

    @Test func `targets, versions, files of SQL and snapshots are compared with each other`() async throws {
        try await withFleet(of: 2, Self.files) { fleet, databases in
            for database in databases { try await OtherTool(database: database).up(to: 2, of: Self.files) }
            let (first, second) = (databases[0].target(), databases[1].target())
            #expect(try await fleet.run("diff", first, second).code == 0)
            #expect(try await fleet.run("diff", "2", first).code == 0)
            let versions = try await fleet.run("diff", "1", "2", "--output", "json")
            #expect(versions.code == 4)
            #expect(try versions.document()["differences"].elements.map { $0["object"].string } == ["table b"])
            #expect(try await fleet.run("diff", "none", "1").code == 4)

            #expect(try await fleet.run("snapshot", first, "--file", "before.json").code == 0)
            try await databases[0].psql("alter table b add note text")
            let kept = try await fleet.run("diff", "before.json", first)
            #expect(kept.code == 4)
            #expect(kept.output.contains("column b.note  only in the second"), "\(kept.everything)")
            #expect(try await fleet.run("diff", "before.json", second).code == 0)

            try fleet.write(
                "whole.sql", "create table a (id int primary key); create table b (id int, a int references a);")
            let script = try await fleet.run("diff", "whole.sql", second)
            #expect(script.code == 4)
            #expect(script.output.contains("index b_a"))
            // The same schema gives the same bytes.
            #expect(try await fleet.run("snapshot", second, "--file", "again.json").code == 0)
            let bytes = try ["before.json", "again.json"].map { try fleet.read($0).replacing(first, with: second) }
            #expect(bytes[0] == bytes[1])
        }
    }

    @Test func `what is neither is refused with a word`() async throws {
        try await withFleet(of: 1, Self.files) { fleet, databases in
            #expect(try await fleet.run("diff", "nothing", databases[0].target()).code == 2)
            #expect(try await fleet.run("diff", "9", databases[0].target()).code == 2)
            try fleet.write("broken.sql", "create table (")
            let broken = try await fleet.run("diff", "broken.sql", databases[0].target())
            #expect(broken.code == 1)
            #expect(broken.messages.contains("broken.sql"))
            try fleet.write("no.json", "{}")
            let none = try await fleet.run("diff", "no.json", databases[0].target())
            #expect(none.code == 2)
            #expect(none.messages.contains("pgfleet snapshot"))
        }
    }
}
