import Schema
import Testing

@Suite("Differences of schemas") struct DifferenceTests {
    private func snapshot(_ objects: [SchemaObject], server: Int = 150_000) -> SchemaSnapshot {
        SchemaSnapshot(scope: CatalogScope(), home: "public", server: server, objects: objects)
    }

    private let table = SchemaObject(kind: .table, name: "a", definition: "TABLE")
    private let column = SchemaObject(kind: .column, name: "a.id", parent: "a", definition: "integer")
    private let index = SchemaObject(
        kind: .index, name: "a_id", parent: "a", definition: "CREATE INDEX a_id ON a USING btree (id)")

    @Test func `what hangs on a missing table is told with it`() {
        let difference = SchemaDifference(expected: snapshot([table, column, index]), live: snapshot([]))
        #expect(difference.findings.map(\.key) == ["missing table a"])
        #expect(difference.findings.first?.parts == [column, index])
        #expect(
            difference.findings.first?.expected
                == "TABLE\n  column id integer\n  index a_id CREATE INDEX a_id ON a USING btree (id)")
        let other = SchemaDifference(expected: snapshot([]), live: snapshot([table, column, index]))
        #expect(other.findings.map(\.key) == ["extra table a"])
    }

    @Test func `of kinds that alone were read, what is missing is told by itself`() {
        let difference = SchemaDifference(
            expected: snapshot([table, column, index]), live: snapshot([column]), kinds: [.column, .index])
        #expect(difference.findings.map(\.key) == ["missing index a_id"])
    }

    private func view(_ query: String) -> SchemaObject {
        SchemaObject(kind: .view, name: "v", definition: "VIEW AS\n" + query)
    }

    @Test(arguments: [
        (
            " SELECT a.id,\n    a.name\n   FROM a\n  WHERE (a.id > 3)\n  ORDER BY a.name;",
            " SELECT id,\n    name\n   FROM a\n  WHERE (id > 3)\n  ORDER BY name;", true
        ),
        (
            " SELECT x.id FROM a x WHERE (EXISTS ( SELECT 1 FROM b WHERE (b.a = x.id)));",
            " SELECT id FROM a x WHERE (EXISTS ( SELECT 1 FROM b WHERE (b.a = x.id)));", true
        ),
        (" SELECT a.id FROM a;", " SELECT name FROM a;", false),
        (
            " SELECT a.id, b.id FROM a JOIN b ON (a.id = b.id);", " SELECT id, b.id FROM a JOIN b ON (a.id = b.id);",
            false
        ),
        (" SELECT a.id FROM a;", " SELECT id FROM b;", false),
        ("", "", true), (" not sql", " not sql at all", false),
    ])
    func `views that servers of 15 and 17 print in their ways are the same where they are`(
        old: String, new: String, isSame: Bool
    ) {
        let difference = SchemaDifference(expected: snapshot([view(old)]), live: snapshot([view(new)], server: 170_000))
        #expect(difference.isEmpty == isSame)
        // Printed by one release, what differs differs.
        let same = SchemaDifference(expected: snapshot([view(old)]), live: snapshot([view(new)]))
        #expect(same.isEmpty == (old == new))
    }

    @Test func `long definitions are shown as the lines that differ and two around them`() {
        let old = (1...20).map { "line \($0)" }
        var new = old
        new[9] = "another"
        let lines = DefinitionDiff.lines(expected: old.joined(separator: "\n"), live: new.joined(separator: "\n"))
        #expect(
            lines == ["  …", "  line 8", "  line 9", "- line 10", "+ another", "  line 11", "  line 12", "  …"])
    }

    @Test func `nothing is offered as a repair where a person has to decide`() {
        let cases: [(SchemaObject, String)] = [
            (SchemaObject(kind: .column, name: "a.b", parent: "a", definition: "integer"), "bigint"),
            (
                SchemaObject(
                    kind: .column, name: "a.b", parent: "a", definition: "integer GENERATED ALWAYS AS (1) STORED"),
                "integer"
            ),
            (SchemaObject(kind: .table, name: "a", definition: "TABLE"), "UNLOGGED TABLE"),
            (SchemaObject(kind: .type, name: "m", definition: "ENUM ('a')"), "ENUM ('a', 'b')"),
        ]
        for (object, live) in cases {
            let other = SchemaObject(
                kind: object.identity.kind, name: object.identity.name, parent: object.parent, definition: live)
            let difference = SchemaDifference(expected: snapshot([object]), live: snapshot([other]))
            #expect(difference.findings.map(\.repair) == [[]], "\(object)")
        }
        let lost = SchemaDifference(expected: snapshot([table, column]), live: snapshot([table]))
        #expect(lost.findings.map(\.repair) == [[]])
    }
}
