import SQL
import Testing

@Suite("Kinds of statements") struct StatementKindTests {
    @Test(arguments: [
        ("create index concurrently i on t (a)", StatementKind.createIndex(concurrently: true)),
        ("CREATE INDEX i ON t (a)", .createIndex(concurrently: false)),
        ("create unique index concurrently on t ((a > 1))", .createIndex(concurrently: true)),
        ("drop index concurrently i", .drop(sort: "INDEX", concurrently: true)),
        ("drop materialized view v", .drop(sort: "MATVIEW", concurrently: false)),
        ("reindex index concurrently i", .reindex(concurrently: true, whole: false)),
        ("reindex (concurrently) table t", .reindex(concurrently: true, whole: false)),
        ("reindex (concurrently false) table t", .reindex(concurrently: false, whole: false)),
        ("reindex (concurrently off) table t", .reindex(concurrently: false, whole: false)),
        ("reindex table t", .reindex(concurrently: false, whole: false)),
        ("reindex schema s", .reindex(concurrently: false, whole: true)),
        ("reindex database d", .reindex(concurrently: false, whole: true)),
        ("reindex system d", .reindex(concurrently: false, whole: true)),
        ("vacuum", .vacuum),
        ("vacuum (analyze) t", .vacuum),
        ("analyze t", .analyze),
        ("cluster", .cluster(all: true)),
        ("cluster t using i", .cluster(all: false)),
        ("alter table t detach partition p concurrently", .alterTable(detachesConcurrently: true)),
        ("alter table t detach partition p", .alterTable(detachesConcurrently: false)),
        ("alter table t add column c int, drop column d", .alterTable(detachesConcurrently: false)),
        ("alter type e add value 'x'", .alterTypeAddValue),
        ("alter type e rename value 'x' to 'y'", .other(node: "AlterEnumStmt")),
        ("create database d", .createDatabase),
        ("drop database d", .dropDatabase),
        ("alter database d set tablespace x", .alterDatabase(movesTablespace: true)),
        ("alter database d connection limit 3", .alterDatabase(movesTablespace: false)),
        ("alter database d set work_mem = '1MB'", .alterDatabase(movesTablespace: false)),
        ("create tablespace t location '/x'", .createTablespace),
        ("drop tablespace t", .dropTablespace),
        ("alter system set work_mem = '1MB'", .alterSystem),
        ("create subscription s connection '' publication p", .createSubscription(createsSlot: true)),
        (
            "create subscription s connection '' publication p with (create_slot = false)",
            .createSubscription(createsSlot: false)
        ),
        (
            "create subscription s connection '' publication p with (connect = false)",
            .createSubscription(createsSlot: false)
        ),
        ("alter subscription s refresh publication", .alterSubscription(refreshes: true)),
        ("alter subscription s set publication p", .alterSubscription(refreshes: true)),
        ("alter subscription s set publication p with (refresh = false)", .alterSubscription(refreshes: false)),
        ("alter subscription s disable", .alterSubscription(refreshes: false)),
        ("drop subscription s", .dropSubscription),
        ("begin", .transaction(.begin)),
        ("start transaction", .transaction(.start)),
        ("end", .transaction(.commit)),
        ("abort", .transaction(.rollback)),
        ("savepoint s", .transaction(.savepoint)),
        ("rollback to s", .transaction(.rollbackTo)),
        ("prepare transaction 'x'", .transaction(.prepare)),
        ("set local x.y = 1", .set(local: true)),
        ("reset all", .set(local: false)),
        ("copy t from '/tmp/x'", .copy(throughClient: false)),
        ("copy t from program 'x'", .copy(throughClient: false)),
        ("copy t from stdin", .copy(throughClient: true)),
        ("discard all", .discard(all: true)),
        ("discard plans", .discard(all: false)),
        ("create table t (a int)", .createTable),
        ("create table t as select 1", .createTableAs),
        ("create function f() returns int language sql begin atomic select 1; select 2; end", .createFunction),
        ("do $$ begin commit; end $$", .anonymousBlock),
        ("call p()", .call),
        ("insert into t select 1", .insert),
        ("with x as (select 1) select * from x", .select),
        ("grant select on t to r", .other(node: "GrantStmt")),
    ])
    func `the kind is read off the parse tree`(sql: String, kind: StatementKind) throws {
        #expect(try Script(Array(sql.utf8)).statements.map(\.kind) == [kind])
    }

    @Test(arguments: [
        "create index concurrently i on t (a)", "drop index concurrently i", "vacuum", "create database d",
        "drop database d", "alter system set work_mem = '1MB'", "reindex database d", "cluster", "discard all",
        "create tablespace t location '/x'", "alter table t detach partition p concurrently", "drop subscription s",
        "alter database d set tablespace x", "rollback prepared 'x'",
    ])
    func `what PostgreSQL refuses in a transaction block is known before it is sent`(sql: String) throws {
        let statement = try #require(try Script(Array(sql.utf8)).statements.first)
        #expect(!statement.runsInTransaction)
    }

    @Test(arguments: [
        "create index i on t (a)", "analyze", "savepoint s", "alter type e add value 'x'", "cluster t using i",
        "reindex table t", "select 'vacuum; begin'", "comment on table t is 'commit'", "create table begin_ (a int)",
    ])
    func `everything else runs in the transaction of its migration`(sql: String) throws {
        #expect(try Script(Array(sql.utf8)).transactions == .one)
    }
}
