import SQL
import Testing

@Suite("What a file may leave in its session") struct SessionMarkTests {
    private func marks(_ text: String) throws -> Bool { try Script(Array(text.utf8)).mayMarkSession }

    @Test(arguments: [
        "set app.tenant = 'x'", "SET LOCAL App . Tenant TO 1", "set session \"app\".\"tenant\" = 1",
        "set /* here */ app.tenant = 1", "select set_config('app.tenant', 'x', true)",
        "select pg_catalog.SET_CONFIG('a.b', '', false)", "select setseed(0.5)", "load 'auto_explain'",
        "do $$ begin execute 'set app.tenant = 1'; end $$", "do $$ begin execute format('SET %I = 1', 'a.b'); end $$",
        "do $$ begin execute 'set ' || 'a.b = 1'; end $$",
    ])
    func `is seen where no command would take it back`(text: String) throws {
        #expect(try marks(text))
    }

    @Test(arguments: [
        "", "set search_path = a, b.c", "set local lock_timeout to '1s'", "set role owner",
        "alter table t alter column a set default 1, alter b set not null", "update t set a = b.c from b",
        "insert into t values (1) on conflict (a) do update set a = excluded.a",
        "create table offset_load (load_id int)",
        "alter table t add foreign key (a) references u on delete set null", "comment on table t is 'uploads'",
        "update t set (a, b) = (1, 2)", "select reset.x from reset",
    ])
    func `is nothing where commands take all of it back`(text: String) throws {
        #expect(try !marks(text))
    }
}
