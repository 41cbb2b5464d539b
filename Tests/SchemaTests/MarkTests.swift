import FleetModel
import Migrations
import Postgres
import Schema
import TestSupport
import Testing

@Suite("Marks of catalogs") struct MarkTests {
    @Test func `an unchanged schema is not printed again, whatever rows of tables do`() async throws {
        // On a server of its own: where a transaction of others is older than the schema, nothing can be proven yet.
        try await withServers(1) { servers in
            let database = try await servers[0].createDatabase("alone")
            try await database.psql(Samples.rich)
            try await withSession(database) { session in
                let first = try await session.fingerprint(CatalogScope())
                #expect(first.fingerprint != nil)
                try await database.psql(
                    "insert into customers (name) values ('abc'); insert into orders (customer, at) select id, now() + n * "
                        + "interval '1 day' from customers, generate_series(1, 500) n; update orders set tags = '{a}'; "
                        + "delete from orders where id > 10; analyze")
                try await database.psql("vacuum")
                let second = try await session.fingerprint(CatalogScope(), since: first.mark)
                #expect(second.fingerprint == nil)
                #expect(second.home == "public")
                // And on another session, as another check has one.
                try await withSession(database) { other in
                    let third = try await other.fingerprint(CatalogScope(), since: second.mark)
                    #expect(third.fingerprint == nil)
                }
            }
        }
    }

    /// One of each catalog that definitions are made of.
    static let changes = [
        "alter table orders add x int", "alter table audit.log drop body",
        "alter table orders alter total set default 1",
        "alter table orders alter total drop default", "create table more (a int)", "drop table kid",
        "create index on orders (id)", "drop index orders_low", "alter table orders add constraint c check (id > 0)",
        "alter table orders validate constraint later", "alter table orders drop constraint later",
        "alter type mood add value 'mad'", "alter type addr add attribute c int", "alter domain email drop not null",
        "create or replace function add(a int, b int default 2) returns int language sql as 'select a'",
        "drop procedure noop(int)", "alter table customers enable trigger t2", "drop trigger t1 on orders",
        "alter policy p on customers using (true)", "alter sequence s increment 7", "drop view simple",
        "create or replace view simple as select id, name from customers where id > 4", "drop statistics st",
        "alter table orders set (fillfactor = 90)", "alter table customers force row level security",
        "alter index orders_total rename to orders_sum", "create schema later", "drop collation de",
        "drop operator === (int, int)", "alter table audit.log detach partition audit.log_2024",
        "update pg_index set indisvalid = false where indexrelid = 'orders_low'::regclass",
    ]

    @Test(arguments: changes) func `a change is seen`(change: String) async throws {
        try await withDatabase { database in
            try await database.psql(Samples.rich)
            try await withSession(database) { session in
                let first = try await session.fingerprint(CatalogScope())
                try await database.psql(change)
                let second = try await session.fingerprint(CatalogScope(), since: first.mark)
                #expect(second.fingerprint != nil && second.fingerprint != first.fingerprint)
            }
        }
    }

    @Test func `a change that was under way when the mark was made is seen once it is committed`() async throws {
        try await withDatabase { database in
            try await database.psql("create table a (id int)")
            let other = try await database.connect()
            _ = try await other.run("begin; create table b (id int)")
            try await withSession(database) { session in
                let first = try await session.fingerprint(CatalogScope())
                let still = try await session.fingerprint(CatalogScope(), since: first.mark)
                #expect(still.fingerprint == nil || still.fingerprint == first.fingerprint)
                _ = try await other.run("commit")
                let second = try await session.fingerprint(CatalogScope(), since: first.mark)
                #expect(second.fingerprint?.parts[.table]?.count == 2)
            }
            await other.close()
        }
    }

    @Test func `another database of the same content proves nothing`() async throws {
        try await withDatabases(2) { databases in
            var marks: [CatalogMark] = []
            for database in databases {
                try await database.psql("create table a (id int)")
                marks.append(try await withSession(database) { try await $0.fingerprint(CatalogScope()) }.mark)
            }
            #expect(!marks[1].provesNoChange(since: marks[0]))
        }
    }

    @Test func `what is read while others change the schema is one moment's, or is refused`() async throws {
        try await withDatabase { database in
            try await database.psql("create table steady (id int)")
            let writer = Task {
                let connection = try await database.connect()
                var rounds = 0
                while !Task.isCancelled {
                    // Both or none, and each refers to the other's name.
                    _ = try await connection.run(
                        "begin; create table pair_a (id int primary key); create table pair_b (a int references pair_a); "
                            + "create view pair_v as select * from pair_b; commit; "
                            + "begin; drop view pair_v; drop table pair_b; drop table pair_a; commit")
                    rounds += 1
                }
                await connection.close()
                return rounds
            }
            var (whole, refused) = (0, 0)
            try await withSession(database) { session in
                for _ in 1...40 {
                    do {
                        let names = try await session.snapshot(CatalogScope()).objects.keys
                            .filter { [.table, .view].contains($0.kind) }.map(\.name).sorted()
                        #expect(names == ["steady"] || names == ["pair_a", "pair_b", "pair_v", "steady"], "\(names)")
                        whole += 1
                    } catch let failure as TargetFailure {
                        #expect(failure.kind == .sql, "\(failure.message)")
                        refused += 1
                    }
                }
            }
            writer.cancel()
            let rounds = (try? await writer.value) ?? 1
            #expect(rounds > 0 && whole + refused == 40)
        }
    }
}
