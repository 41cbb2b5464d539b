import FleetModel
import Migrations
import Postgres
import Schema
import TestSupport
import Testing

@Suite("Looking at many schemas at once") struct NeighbourTests {
    private static let scope = CatalogScope(home: "t_0", isHomeOnly: true)

    /// Each of another kind of object, or in another way.
    private static let changes = [
        "alter table a add x int", "alter table a alter id drop default", "alter table a alter feel set default 'sad'",
        "create table more (a int)", "drop view v cascade",
        "create or replace view v as select a.id, b.at from a join b on b.a = a.id where a.id > 1",
        "create index on b1 (at)", "drop index a_lower_idx", "alter table a add constraint c check (id > 0)",
        "alter type mood add value 'mad'", "alter domain mail set not null", "alter table b detach partition b1",
        "create or replace function t() returns trigger language plpgsql as 'begin return old; end'",
        "alter table a disable trigger t", "drop policy p on a", "drop statistics s", "drop rule r on v",
        "drop aggregate total (int)", "create sequence free", "alter sequence a_id_seq increment 7",
        "alter sequence a_id_seq owned by none", "alter table a alter feel set not null",
        "create operator === (leftarg = int, rightarg = int, function = int4eq)",
        "create collation de (provider = libc, locale = 'C')", "alter table a set (fillfactor = 70)",
        "create text search configuration ts (copy = simple)", "alter table a replica identity full",
    ]

    @Test func `digests differ in the kinds in which the objects do, whichever schema it is`() async throws {
        try await withDatabase { database in
            for number in 0...Self.changes.count {
                let change = number == 0 ? "" : "; " + Self.changes[number - 1]
                try await database.psql(
                    "create schema t_\(number); set search_path to t_\(number); \(Samples.inOneSchema)\(change)")
            }
            // Not what lies elsewhere, nor what an extension brings.
            try await database.psql("\(Samples.rich); create extension pg_trgm")
            try await withSession(database, schema: "t_0") { session in
                let looks = try await session.fingerprints(
                    of: (0...Self.changes.count).map { "t_\($0)" }, Self.scope, since: [:])
                let plain = try await objects(session, "t_0")
                let digests = try #require(looks["t_0"]?.fingerprint)
                for (number, change) in Self.changes.enumerated() {
                    let schema = "t_\(number + 1)"
                    let changed = try await objects(session, schema)
                    let differing = Set(plain.keys).union(changed.keys).filter { plain[$0] != changed[$0] }
                    let kinds = try #require(looks[schema]?.fingerprint).kinds(differingFrom: digests)
                    #expect(kinds == differing && !kinds.isEmpty, "\(change)")
                }
            }
        }
    }

    private func objects(_ session: TargetSession, _ schema: String) async throws -> [ObjectKind: Set<SchemaObject>] {
        let snapshot = try await session.snapshot(CatalogScope(home: schema, isHomeOnly: true))
        return Dictionary(grouping: snapshot.objects.values, by: \.identity.kind).mapValues(Set.init)
    }

    @Test func `one alone has the fingerprint that it has among many`() async throws {
        try await withDatabase { database in
            for schema in ["t_0", "Odd \"name\"", "x.y"] {
                let name = quotedIdentifier(schema)
                try await database.psql("create schema \(name); set search_path to \(name); \(Samples.inOneSchema)")
            }
            try await database.psql("create schema t_1; create table t_1.schema_migrations (a int)")
            try await withSession(database, schema: "t_0") { session in
                let names = ["t_0", "Odd \"name\"", "x.y", "t_1", "nowhere"]
                let looks = try await session.fingerprints(of: names, Self.scope, since: [:])
                #expect(Set(looks.keys) == Set(names).subtracting(["nowhere"]))
                let alone = try await session.fingerprint(Self.scope)
                for schema in names.prefix(3) {
                    #expect(looks[schema]?.fingerprint == alone.fingerprint && looks[schema]?.home == schema)
                }
                // The tool's own table is that of each.
                #expect(looks["t_1"]?.fingerprint?.parts.isEmpty == true)
            }
        }
    }

    @Test func `marks leave those to be read that were not known`() async throws {
        try await withServers(1) { servers in
            let database = try await servers[0].createDatabase("tenants")
            try await database.psql(
                "create schema t_0; create schema t_1; create table t_0.a (); create table t_1.a ()")
            try await withSession(database, schema: "t_0") { session in
                let first = try await session.fingerprints(of: ["t_0"], Self.scope, since: [:])
                let mark = try #require(first["t_0"]?.mark)
                let second = try await session.fingerprints(of: ["t_0", "t_1"], Self.scope, since: ["t_0": mark])
                #expect(second["t_0"]?.fingerprint == nil && second["t_0"] != nil)
                #expect(second["t_1"]?.fingerprint == first["t_0"]?.fingerprint)
                try await database.psql("alter table t_1.a add b int")
                let third = try await session.fingerprints(of: ["t_0"], Self.scope, since: ["t_0": mark])
                #expect(third["t_0"]?.fingerprint == first["t_0"]?.fingerprint)
            }
        }
    }

    @Test func `a schema that the role may not use is left out`() async throws {
        try await withDatabase { database in
            let role = "role_\(database.name)"
            try await database.psql(
                "create role \(role) login; create schema t_0; create schema t_1; create table t_1.a (); "
                    + "grant usage on schema t_0 to \(role)")
            try await withSession(database, schema: "t_0", user: role) { session in
                let looks = try await session.fingerprints(of: ["t_0", "t_1"], Self.scope, since: [:])
                #expect(Set(looks.keys) == ["t_0"])
                let failure = await #expect(throws: TargetFailure.self) {
                    try await session.fingerprint(CatalogScope(home: "t_1", isHomeOnly: true))
                }
                #expect(failure?.kind == .permissionDenied)
            }
            try await database.psql("drop owned by \(role); drop role \(role)")
        }
    }
}
