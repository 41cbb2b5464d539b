import FleetModel
import Testing

@Suite("An excerpt of someone else's query") struct QueryExcerptTests {
    @Test(arguments: [
        ("update t set a = 'it''s' where b = 17.5", "update t set a = ? where b = ?"),
        ("  select 1\n from secrets", "select ? …"),
        ("select E'a\\'b', t1.c2 from t1", "select E?, t1.c2 from t1"),
        ("select $1, $$body 'x'$$, $tag$ b $tag$ from t", "select $1, ?, ? from t"),
        ("insert into t values ('cut in the mid", "insert into t values (?"),
        ("do $x$ begin perform 'secret'", "do ?"),
        ("select /* token 'abc */ a -- b 'c", "select  a"),
        ("ALTER ROLE app PASSWORD 'hunter2'", "ALTER ROLE app PASSWORD …"),
        ("select '\u{1b}[31m' as \"\u{1b}\"", "select ? as \"\\u{1b}\""),
    ])
    func `shows no literal, comment or password`(query: String, excerpt: String) {
        #expect(QueryExcerpt.make(query) == excerpt)
    }

    @Test func `is cut to a readable length`() {
        let excerpt = QueryExcerpt.make("select " + String(repeating: "column_name, ", count: 400))
        #expect(excerpt.count == QueryExcerpt.length + 2)
        #expect(excerpt.hasSuffix(" …"))
    }
}
