import FleetModel
import SQL
import Testing

@Suite("Hazards of a script") struct HazardTests {
    private func hazards(_ sql: String) throws -> [StatementHazard] { try Script(Array(sql.utf8)).hazards }

    @Test(arguments: [
        ("drop table a", [Hazard.dropTable]), ("drop table if exists s.a, b cascade", [.dropTable, .dropTable]),
        ("drop view v", [.dropView]), ("drop materialized view m", [.dropView]), ("drop foreign table f", [.dropView]),
        ("alter table a drop column b", [.dropColumn]), ("alter table only s.a drop if exists b", [.dropColumn]),
        ("alter foreign table a drop column b", [.dropColumn]), ("alter type t drop attribute x", [.dropColumn]),
        ("drop schema s cascade", [.dropSchema]), ("drop database d", [.dropDatabase]),
        ("drop owned by r", [.dropOwned]), ("drop owned by current_user", [.dropOwned]),
        ("drop type t cascade", [.dropCascade]), ("drop extension e cascade", [.dropCascade]),
        ("drop function f(int) cascade", [.dropCascade]), ("drop domain d cascade", [.dropCascade]),
        ("truncate a", [.truncate]), ("truncate only a, s.b cascade", [.truncate, .truncate]),
        ("delete from a", [.deleteAll]), ("delete from a using b", [.deleteAll]),
        ("delete from a where true", [.deleteAll]), ("update a set b = '}\\\"],{' where true", [.updateAll]),
        ("update a set b = 1", [.updateAll]),
        ("update a set (b, c) = (select 1, 2)", [.updateAll]),
        ("with gone as (delete from a returning *) insert into b select * from gone", [.deleteAll]),
        ("WITH x AS (UPDATE a SET b = 1 RETURNING b) SELECT * FROM x", [.updateAll]),
        ("alter table a alter column b type bigint", [.changeType]),
        ("alter table a alter b set data type text using b::text", [.changeType]),
        ("alter table a rename to b", [.renameTable]), ("alter view v rename to w", [.renameTable]),
        ("alter table a set schema s", [.renameTable]), ("alter table a rename b to c", [.renameColumn]),
        ("alter type t rename attribute a to b", [.renameColumn]), ("alter schema s rename to t", [.renameSchema]),
        ("alter type e rename value 'a' to 'b'", [.renameEnumValue]),
        ("alter table a add b int not null", [.addRequiredColumn]),
        ("alter table a add column if not exists b int not null", [.addRequiredColumn]),
        ("alter table a add b int primary key", [.addRequiredColumn]),
        ("alter table a detach partition b", [.detachPartition]),
        ("alter table a detach partition b concurrently", [.detachPartition]),
    ])
    func `each is found by its statement`(sql: String, expected: [Hazard]) throws {
        #expect(try hazards(sql).map(\.hazard) == expected)
    }

    @Test(arguments: [
        "create table a (b int not null)", "drop index i", "drop index concurrently i", "drop trigger t on a cascade",
        "drop schema s", "drop type t", "drop function f(int)", "drop sequence q", "drop role r",
        "alter table a drop constraint c", "alter table a add constraint c unique (b)", "alter table a add b int",
        "alter table a add b int not null default 0", "alter table a add b bigserial primary key",
        "alter table a add b int generated always as identity", "alter table a alter b set not null",
        "alter table a rename constraint c to d", "alter index i rename to j", "alter sequence q rename to r",
        "alter type t rename to u", "alter type e add value 'x'", "delete from a where b = 1",
        "update a set b = 1 where c", "update a set b = '}\\\"],{' where c",
        "delete from a where b in (select 1 from c)",
        "with x as (delete from a where b returning *) select * from x", "select 1",
        "insert into a values ('drop table a')",
        "alter table a enable row level security",
        "comment on table a is 'drop table a'", "-- drop table a\nselect 1",
    ])
    func `what deletes nothing and keeps every name is none`(sql: String) throws {
        #expect(try hazards(sql) == [])
    }

    @Test(arguments: [
        "create table a (b int); drop table a", "create temp table if not exists a (b int); drop table a",
        "create table a as select 1; truncate a", "select 1 into a; delete from a", "drop table pg_temp.a",
        "with x as (select 1) select * into a from x; drop table a",
        "create view v as select 1; drop view v cascade", "drop view v; create view v as select 2",
        "drop materialized view if exists s.m; create materialized view s.m as select 1",
        "create schema s; create table s.a (b int); drop table s.a; drop schema s cascade",
        "create schema s; create table s.a (b int); alter table s.a set schema u; drop table u.a",
        "create type t as enum ('a'); alter type t rename value 'a' to 'b'; drop type t cascade",
        "create table a (b int); alter table a rename to c; alter table c drop column b; drop table c",
        "create table a (b int); alter table a add d int not null; alter table a alter b type text",
        "create table p partition of a default; alter table a detach partition p",
        "alter table a add b int; update a set b = 1", "alter table a add b int; alter table a drop b",
        "alter table a add b int; alter table a rename b to c; update a set c = 2",
        "alter table a add b int; update a set b = 1; alter table a alter b set default 0; alter table a alter b set not null",
        "alter table a add b int; alter table a alter b set not null; alter table a alter b set default 0",
        "alter table a add b int not null; alter table a alter b drop not null",
    ])
    func `what the script itself made may go again`(sql: String) throws {
        #expect(try hazards(sql) == [])
    }

    @Test(arguments: [
        // It may have been there before.
        ("create table if not exists a (b int); drop table a", [Hazard.dropTable]),
        ("create or replace view v as select 1; drop view v", [.dropView]),
        ("alter table a add column if not exists b int; alter table a drop b", [.dropColumn]),
        // The second one is not the one that was made.
        ("create temp table a (b int); drop table a; drop table a", [.dropTable]),
        ("create table s.a (b int); drop table a", [.dropTable]),
        ("create table a (b int); set search_path = s; drop table a", [.dropTable]),
        ("create table a (b int); reset all; drop table a", [.dropTable]),
        ("create table a (b int); alter table a rename to c; drop table a", [.dropTable]),
        // The order counts.
        ("drop table a; create table a (b int)", [.dropTable]),
        // What hangs on the view does not come back with it.
        ("drop view v cascade; create view v as select 1", [.dropView]),
        ("alter table a add b int; update a set b = 1, c = 2", [.updateAll]),
        ("alter table a add b int; update a set b = 1; alter table a alter b set not null", [.addRequiredColumn]),
        ("alter table a add b int not null default 0; alter table a alter b drop default", [.addRequiredColumn]),
        // The old table goes, the new one takes its place.
        ("create table b (c int); drop table a; alter table b rename to a", [.dropTable]),
    ])
    func `what only looks as if the script had made it is one`(sql: String, expected: [Hazard]) throws {
        #expect(try hazards(sql).map(\.hazard) == expected)
    }

    @Test func `each has its statement and its place, also within BEGIN and COMMIT`() throws {
        let script = try Script(
            Array(
                "begin;\n-- the old one\n  alter table s.a\n    drop \"ü c\", drop b;\nselect 1; drop table t;\ncommit;"
                    .utf8))
        #expect(script.isWrapped)
        #expect(script.hazards.map(\.statement) == [0, 0, 2])
        #expect(script.hazards.map(\.place.line) == [3, 3, 5])
        #expect(script.hazards.map(\.place.column) == [3, 3, 11])
        #expect(
            script.hazards.map(\.action) == ["drops column ü c of s.a", "drops column b of s.a", "drops table t"])
        #expect(script.hazards.allSatisfy { script.statements.indices.contains($0.statement) })
    }

    @Test func `a file that handles transactions itself is looked into, too`() throws {
        #expect(
            try hazards("begin; drop table a; commit; begin; truncate b; commit").map(\.hazard) == [
                .dropTable, .truncate,
            ])
    }

    @Test func `DO blocks, functions and what the grammar cannot read are not looked into`() throws {
        #expect(try hazards("do $$ begin drop table a; end $$") == [])
        #expect(try hazards("create function f() returns void language sql as 'drop table a'") == [])
        #expect(try hazards("drop table a; alter table b add c int generated always as (d) virtual") == [])
    }

    @Test func `a name does no harm to a terminal`() throws {
        let found = try #require(try hazards("drop table \"a\u{1B}[2J\"").first)
        #expect(!found.action.unicodeScalars.contains("\u{1B}"))
    }

    @Test func `every hazard has a name in small letters and a sentence`() {
        for hazard in Hazard.allCases {
            #expect(hazard.rawValue.allSatisfy { ($0.isLowercase && $0.isASCII) || $0 == "_" })
            #expect(hazard.text.hasSuffix("."))
        }
    }
}
