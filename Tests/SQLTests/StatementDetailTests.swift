import SQL
import Testing

@Suite("What a statement works on") struct StatementDetailTests {
    private func statements(_ sql: String) throws -> [Statement] { try Script(Array(sql.utf8)).statements }

    @Test(arguments: [
        ("alter table s.t add constraint c foreign key (a) references r", ["s.t", "r"]),
        ("create index i on only t (a)", ["t"]),
        ("drop table a.b, c", ["a.b", "c"]),
        ("drop index s.i", ["s.i"]),
        ("drop trigger tr on s.t", ["s.t"]),
        ("drop function f(int)", []),
        ("truncate a, only b", ["a", "b"]),
        ("lock table a, s.b in share mode", ["a", "s.b"]),
        ("alter table t rename to u", ["t"]),
        ("create trigger x before insert on t for each row execute function f()", ["t"]),
        ("create table n (a int references p)", ["n", "p"]),
        ("insert into t select * from u", ["t"]),
        ("update s.t set a = 1 from u", ["s.t"]),
        ("delete from t using u", ["t"]),
        ("vacuum t", ["t"]),
        ("refresh materialized view m", ["m"]),
        ("select * from t", []),
        (#"alter table "a.b"."ü""x" add b int"#, [#"a.b.ü"x"#]),
    ])
    func `its relations are named`(sql: String, names: [String]) throws {
        let relations = try #require(try statements(sql).first?.relations)
        #expect(Set(relations.map { ($0.schema.map { $0 + "." } ?? "") + $0.name }) == Set(names))
    }

    @Test(arguments: [
        ("set role x", true), ("set session authorization x", true), ("reset role", true),
        ("set local transaction read only", true), ("set default_transaction_read_only = on", true),
        ("select set_config('role', 'x', false)", true), ("set search_path = s", false), ("select 1", false),
        ("set lock_timeout = '1s'", false), ("create table t (a int) using", true),
    ])
    func `a script that may lose the right to write says so`(sql: String, mayLoseRights: Bool) throws {
        #expect(try Script(Array(sql.utf8)).mayLoseRights == mayLoseRights)
    }

    @Test(arguments: [
        ("select pg_advisory_unlock_all()", true),
        ("select a from (select pg_catalog.pg_advisory_unlock_all()) x", true),
        ("select 'pg_advisory_unlock_all'", false), ("select pg_advisory_unlock(1)", false),
        ("comment on table t is 'pg_advisory_unlock_all()'", false),
    ])
    func `giving all locks away is an obstacle`(sql: String, isObstacle: Bool) throws {
        #expect((try Script(Array(sql.utf8)).obstacle != nil) == isObstacle)
    }

    @Test(arguments: [
        ("select :name", ":name"), ("insert into t values (:'v x')", ":'v x'"), ("select * from :\"t\"", ":\"t\""),
        ("select 1;\ncreate table :t ()", ":t"),
    ])
    func `a variable of psql is called by its name`(sql: String, variable: String) throws {
        #expect(try Script(Array(sql.utf8)).obstacle?.reason == .psqlVariable(variable))
    }

    @Test(arguments: ["select a[1:2] from t", "select '1'::int", "select ':x', $$ :y $$", "select 1 : 2"])
    func `a colon of SQL is none`(sql: String) throws {
        #expect(try Script(Array(sql.utf8)).obstacle == nil)
    }
}

@Suite("Files with a transaction of their own") struct WrapperTests {
    @Test func `a plain BEGIN and COMMIT around everything are taken off, and every place stays`() throws {
        let text = "-- é\nBEGIN;\ncreate table t (a int);\nselect 1/0;\nCOMMIT;\n"
        let script = try Script(Array(text.utf8))
        #expect(script.isWrapped)
        #expect(script.transactions == .one)
        #expect(script.statements.map(\.place.line) == [3, 4])
        #expect(script.body == "-- é\n     ;\ncreate table t (a int);\nselect 1/0;\n      ;\n")
        #expect(script.text == text)
    }

    @Test(arguments: [
        "begin; commit", "start transaction; select 1; end", "begin work; select 1; commit work",
        "begin; savepoint s; select 1; release s; commit",
    ])
    func `each of its spellings counts`(sql: String) throws {
        #expect(try Script(Array(sql.utf8)).transactions == .one)
    }

    @Test(arguments: [
        "begin isolation level serializable; select 1; commit", "begin; select 1; commit and chain",
        "begin; select 1; rollback", "begin; select 1; commit; begin; select 2; commit",
        "select 0; begin; select 1; commit",
        "begin; vacuum; commit", "begin; select 1", "-- pgfleet: transaction=off\nbegin; select 1; commit",
    ])
    func `anything else is left as it is`(sql: String) throws {
        let script = try Script(Array(sql.utf8))
        #expect(!script.isWrapped)
        #expect(script.transactions == .own(0) || script.transactions == .own(1))
    }

    @Test(arguments: [
        "merge into t using u on t.a = u.a when matched then delete returning t.a",
        "alter table t alter column a set expression as (b * 2)",
        "create table t (a int, b int generated always as (a * 2) virtual)",
        "select * from json_table('[1]', '$[*]' columns (a int path '$'))",
        "alter table t add constraint n not null a not valid",
        "create table t (id int, r daterange, primary key (id, r without overlaps))",
    ])
    func `what newer servers know is sent as a whole, and said`(sql: String) throws {
        let alone = try Script(Array(sql.utf8))
        #expect(alone.refusal != nil)
        #expect(alone.obstacle == nil)
        #expect(alone.transactions == .one)
        #expect(try Script(Array("create table u (a int); \(sql); select 1".utf8)).transactions == .one)
        #expect(try Script(Array("\(sql); vacuum".utf8)).transactions == .unknown)
    }
}
