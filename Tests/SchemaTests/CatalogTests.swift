import Crypto
import FleetModel
import Migrations
import Postgres
import Schema
import TestSupport
import Testing

@Suite("Looking at a schema") struct CatalogTests {
    @Test func `the fingerprint that the server computes is that of what a look in full brings`() async throws {
        try await withDatabase { database in
            try await database.psql(Samples.rich)
            try await withSession(database) { session in
                let snapshot = try await session.snapshot(CatalogScope())
                let look = try await session.fingerprint(CatalogScope())
                #expect(look.home == "public")
                for (kind, objects) in Dictionary(grouping: snapshot.objects.values, by: \.identity.kind) {
                    let part = look.fingerprint?.parts[kind]
                    #expect(part?.count == objects.count, "\(kind)")
                    let rows = objects.map { [$0.identity.name, $0.definition] }.sorted { left, right in
                        Array(left[0].utf8).lexicographicallyPrecedes(Array(right[0].utf8))
                    }
                    let text = rows.map { $0.joined(separator: "\u{1f}") }.joined(separator: "\u{1e}")
                    #expect(part?.digest == SHA256.hash(data: Array(text.utf8)).hex, "\(kind)")
                }
                #expect(look.fingerprint?.parts.count == 16)
            }
        }
    }

    @Test func `what else a database holds has no say in the digests of a schema`() async throws {
        try await withDatabase { database in
            try await withDatabase { other in
                let scope = CatalogScope(rules: CheckRules(ignoring: ["other", "other.*", "pg_trgm"]))
                try await database.psql(Samples.rich)
                // Each makes a question longer: what came with an extension, foreign tables, publications, all kinds.
                try await other.psql(
                    """
                    \(Samples.rich); create extension pg_trgm; create schema other;
                    set search_path to other; \(Samples.inOneSchema);
                    create text search configuration other.ts (copy = simple)
                    """)
                let plain = try await withSession(database) { try await $0.fingerprint(scope) }
                let among = try await withSession(other) { try await $0.fingerprint(scope) }
                #expect(plain.fingerprint != nil && plain.fingerprint == among.fingerprint)
            }
            // And the same where there is little: a question for less.
            try await withDatabase { other in
                try await other.psql("create table a (id int primary key, b text); create index on a (b)")
                let little = try await withSession(other) { try await $0.fingerprint(CatalogScope()).fingerprint }
                try await other.psql(
                    "create table b () inherits (a); create function f() returns int language sql as 'select 1'; "
                        + "create view v as select 1; create type t as enum ('x'); create extension pg_trgm")
                let scope = CatalogScope(rules: CheckRules(ignoring: ["table b", "f()", "v", "t", "pg_trgm"]))
                let more = try await withSession(other) { try await $0.fingerprint(scope).fingerprint }
                #expect(little != nil && little == more)
            }
        }
    }

    @Test func `the tool's own table and what pgfleet keeps are no part of the schema`() async throws {
        try await withDatabase { database in
            try await database.psql(
                """
                create table schema_migrations (id serial primary key, version bigint, dirty boolean);
                create index on schema_migrations (version); create schema pgfleet; create table pgfleet.history (a int);
                create temporary table passing (a int)
                """)
            try await withSession(database) { session in
                let snapshot = try await session.snapshot(CatalogScope())
                #expect(snapshot.objects.isEmpty)
                let look = try await session.fingerprint(CatalogScope())
                #expect(look.fingerprint?.parts.isEmpty == true)
            }
        }
    }

    @Test func `a schema of a tenant looks like another one of another name`() async throws {
        try await withDatabase { database in
            var found: [SchemaFingerprint?] = []
            for (schema, prefix) in [("tenant_1", ""), ("Tenant \"2\"", "create table public.other (a int);")] {
                let name = quotedIdentifier(schema)
                try await database.psql(
                    "\(prefix) create schema \(name); set search_path to \(name); \(Samples.inOneSchema)")
                try await withSession(database, schema: schema) { session in
                    let look = try await session.fingerprint(CatalogScope(home: schema, isHomeOnly: true))
                    #expect(look.home == schema)
                    found.append(look.fingerprint)
                }
            }
            #expect(found[0] != nil && found[0] == found[1])
        }
    }

    @Test func `what is ignored is left out with all that hangs on it`() async throws {
        try await withDatabase { database in
            try await database.psql(Samples.rich)
            try await withSession(database) { session in
                let whole = try await session.snapshot(CatalogScope())
                let patterns = ["table orders", "audit.*", "index *_lower", "type mood"]
                let part = try await session.snapshot(CatalogScope(rules: CheckRules(ignoring: patterns)))
                let left = Set(whole.objects.keys).subtracting(part.objects.keys)
                #expect(left.filter { $0.kind == .column && $0.name.hasPrefix("orders.") }.count == 5)
                #expect(left.contains(SchemaObject.Identity(kind: .trigger, name: "orders.t1")))
                #expect(left.contains(SchemaObject.Identity(kind: .index, name: "orders_low")))
                #expect(left.contains(SchemaObject.Identity(kind: .index, name: "customers_lower")))
                #expect(left.contains(SchemaObject.Identity(kind: .table, name: "audit.log_2024")))
                #expect(!left.contains(SchemaObject.Identity(kind: .table, name: "customers")))
                let look = try await session.fingerprint(CatalogScope(rules: CheckRules(ignoring: patterns)))
                #expect(look.fingerprint?.parts.values.map(\.count).reduce(0, +) == part.objects.count)
            }
        }
    }

    @Test func `a home that the role may not use is said and not shown as empty`() async throws {
        try await withDatabase { database in
            let role = "role_\(database.name)"
            try await database.psql(
                "create role \(role) login; create schema closed; create table closed.a (); create schema open; "
                    + "grant usage on schema open to \(role)")
            try await withSession(database, schema: "open", user: role) { session in
                let failure = await #expect(throws: TargetFailure.self) {
                    try await session.fingerprint(CatalogScope(home: "closed"))
                }
                #expect(failure?.kind == .permissionDenied)
                #expect(failure?.message.contains("closed") == true)
                let missing = await #expect(throws: TargetFailure.self) {
                    try await session.snapshot(CatalogScope(home: "nowhere"))
                }
                #expect(missing?.message.contains("nowhere") == true)
                // What the role may not use besides is seen all the same, and the session goes on.
                let objects = try await session.snapshot(CatalogScope(home: "open")).objects
                #expect(objects[SchemaObject.Identity(kind: .table, name: "closed.a")] != nil)
            }
            try await database.psql("drop owned by \(role); drop role \(role)")
        }
    }

    @Test func `the settings of role and database have no say in how definitions are printed`() async throws {
        try await withDatabase { database in
            try await database.psql(Samples.rich)
            let plain = try await withSession(database) { try await $0.snapshot(CatalogScope()).objects }
            let name = database.name
            try await database.psql(
                """
                alter database \(name) set timezone = 'Asia/Kolkata'; alter database \(name) set datestyle = 'SQL, DMY';
                alter database \(name) set intervalstyle = 'iso_8601'; alter database \(name) set quote_all_identifiers = on;
                alter database \(name) set bytea_output = 'escape'; alter database \(name) set extra_float_digits = -3
                """)
            let set = try await withSession(database) { try await $0.snapshot(CatalogScope()).objects }
            #expect(plain == set)
        }
    }
}
