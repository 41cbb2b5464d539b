import SQL
import Testing

@Suite("The tables that a statement touches") struct TouchedTablesTests {
    @Test(arguments: [
        ("alter table s.t add column c int", "s.t"),
        ("create index on only t (a)", "t"),
        ("create index concurrently if not exists \"I x\" on \"S\".\"t.x\" (a)", "S.t.x"),
        ("drop table a, s.b cascade", "a s.b"),
        ("drop index s.i", "s.i"),
        ("drop function f", ""),
        ("truncate a, b", "a b"),
        ("lock table a, s.b in share mode", "a s.b"),
        ("alter table a rename to b", "a"),
        ("create trigger t before insert on a execute function f()", "a"),
        ("create policy p on a", "a"),
        ("alter index i set (fillfactor = 50)", "i"),
        ("reindex table a", "a"),
        ("reindex schema a", ""),
        ("cluster a using i", "a"),
        ("vacuum a, s.b", "a s.b"),
        ("refresh materialized view m", "m"),
        ("insert into a values (1)", ""),
        ("create table a (i int)", ""),
    ])
    func `are those that it names`(sql: String, tables: String) throws {
        let statement = try #require(try Script(Array(sql.utf8)).statements.first)
        let names = statement.tables.map { [$0.schema, $0.name].compactMap(\.self).joined(separator: ".") }
        #expect(names.joined(separator: " ") == tables)
    }

    @Test(arguments: [
        (
            "create unique index concurrently if not exists i on s.t (a)",
            IndexStatement.Subject.new(name: "i", table: TableName(schema: "s", name: "t")), true, true
        ),
        ("create index on t (a)", .new(name: nil, table: TableName(name: "t")), false, false),
        ("reindex index concurrently s.i", .index(TableName(schema: "s", name: "i")), true, false),
        ("reindex (concurrently) table t", .table(TableName(name: "t")), true, false),
    ])
    func `and the index`(sql: String, subject: IndexStatement.Subject, isConcurrent: Bool, skips: Bool) throws {
        let index = try #require(try Script(Array(sql.utf8)).statements.first?.index)
        #expect(index.subject == subject)
        #expect(index.isConcurrent == isConcurrent)
        #expect(index.skipsExisting == skips)
    }
}
