import FleetModel
import Migrations
import Postgres
import Schema
import TestSupport

/// A session on a lent database, after its look at the version.
func withSession<Value>(
    _ database: TestDatabase, schema: String? = nil, user: String? = nil,
    _ body: (TargetSession) async throws -> Value
) async throws -> Value {
    let target = Target(
        id: TargetID(rawValue: "test/\(database.name)"), environment: "test", endpoint: database.server.endpoint,
        hostName: "test", database: database.name, schema: schema)
    var keywords = database.keywords
    if let user { keywords["user"] = user }
    let session = try await TargetSession.open(
        target, settings: ConnectionSettings(keywords: keywords),
        options: SessionOptions(connectTimeout: ConnectTimeout(.seconds(30))))
    _ = try await session.look()
    do {
        let value = try await body(session)
        await session.close()
        return value
    } catch {
        await session.close()
        throw error
    }
}

enum Samples {
    /// Every kind of object at least once.
    static let rich = #"""
        create schema audit; create schema "Odd ""Name";
        create type mood as enum ('sad','ok','happy');
        create type addr as (street text, zip varchar(10) collate "C");
        create domain email as text collate "C" default 'a@b' not null constraint has_at check (value ~ '@');
        create type span as range (subtype = float8, subtype_diff = float8mi);
        create table customers (id bigint generated always as identity primary key, name text not null, mail email, feel mood default 'ok', home addr, created timestamptz not null default now(), low text generated always as (lower(name)) stored, constraint name_len check (length(name) > 1 and name <> 'x'));
        create table orders (id serial primary key, customer bigint not null references customers on delete cascade deferrable, total numeric(12,2) default 0, at timestamptz default '2020-01-01 00:00:00+00', tags text[], unique (customer, at)) with (fillfactor = 70);
        create index orders_total on orders (total desc nulls last) where total > 10;
        create index orders_low on orders ((total * 2), customer) include (tags);
        create unique index customers_lower on customers (lower(name) text_pattern_ops);
        create table audit.log (id bigint, at timestamptz not null, body jsonb) partition by range (at);
        create table audit.log_2024 partition of audit.log for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00');
        create table audit.log_rest partition of audit.log default;
        create index on audit.log (at);
        alter table audit.log add primary key (id, at);
        create unlogged table "Odd ""Name"."T 1" ("C o l" int, "select" text);
        create table kid (extra int) inherits (customers);
        create view rich as select o.id, o.total, c.name from orders o join customers c on c.id = o.customer where o.total > 5;
        create view simple as select id, name from customers where id > 3 order by name;
        create materialized view sums as select customer, sum(total) as total from orders group by customer;
        create index on sums (customer);
        create function add(a int, b int default 2) returns int language sql immutable strict parallel safe as 'select a + b';
        create function touched() returns trigger language plpgsql security definer set search_path = public as $$ begin new.at = now(); return new; end $$;
        create function newsql(a int) returns setof orders begin atomic select * from orders where id = a; end;
        create procedure noop(inout x int) language plpgsql as $$ begin x := x + 1; end $$;
        create aggregate mysum (int) (sfunc = int4pl, stype = int, initcond = '0');
        create trigger t1 before update on orders for each row when (old.total is distinct from new.total) execute function touched();
        create trigger t2 after insert on customers execute function touched();
        alter table customers disable trigger t2;
        alter table customers enable row level security;
        create policy p on customers for select to public using (id > 0 and exists (select 1 from orders where orders.customer = customers.id));
        create sequence s increment 5 cycle maxvalue 100;
        create rule r as on insert to simple do instead nothing;
        alter table orders add constraint later check (total >= 0) not valid;
        create statistics st on total, customer from orders;
        comment on table orders is 'o'; comment on column orders.total is 'c';
        create collation de (provider = libc, locale = 'C');
        create table schema_migrations (version bigint primary key, dirty boolean not null);
        create operator === (leftarg=int, rightarg=int, function=int4eq);
        """#

    /// Things that refer to each other within one schema, without naming it.
    static let inOneSchema = """
        create type mood as enum ('sad', 'ok'); create domain mail as text check (value ~ '@');
        create table a (id serial primary key, feel mood default 'ok', mail mail);
        create table b (a int references a, at timestamptz) partition by range (at);
        create table b1 partition of b for values from ('2024-01-01') to ('2025-01-01');
        create index on a (lower(mail)); create view v as select a.id, b.at from a join b on b.a = a.id;
        create function f(x a) returns setof a language sql begin atomic select * from a where id = (x).id; end;
        create function t() returns trigger language plpgsql as 'begin return new; end';
        create trigger t before insert on a for each row execute function t();
        create policy p on a using (id in (select a from b)); create statistics s on id, feel from a;
        create rule r as on delete to v do instead nothing; create aggregate total (int) (sfunc = int4pl, stype = int)
        """
}
