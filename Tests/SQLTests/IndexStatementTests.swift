import SQL
import Testing

@Suite("What a statement says about an index") struct IndexStatementTests {
    @Test(arguments: [
        (
            "create unique index concurrently if not exists i on s.t (a)",
            IndexStatement.Subject.new(name: "i", table: RelationName(schema: "s", name: "t")), true, true
        ),
        ("create index on t (a)", .new(name: nil, table: RelationName(name: "t")), false, false),
        ("reindex index concurrently s.i", .index(RelationName(schema: "s", name: "i")), true, false),
        ("reindex (concurrently) table t", .table(RelationName(name: "t")), true, false),
    ])
    func `is read with its table`(sql: String, subject: IndexStatement.Subject, isConcurrent: Bool, skips: Bool) throws
    {
        let index = try #require(try Script(Array(sql.utf8)).statements.first?.index)
        #expect(index.subject == subject)
        #expect(index.isConcurrent == isConcurrent)
        #expect(index.skipsExisting == skips)
    }
}
