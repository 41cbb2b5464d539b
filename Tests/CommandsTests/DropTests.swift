import Migrations
import Postgres
import TestSupport
import Testing

@Suite("migrate drop") struct DropTests {
    private static let everything = """
        CREATE TABLE parent (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial);
        CREATE TABLE child (id bigint REFERENCES parent);
        CREATE TABLE parts (id int) PARTITION BY RANGE (id);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (9);
        CREATE VIEW seen AS SELECT * FROM parent;
        CREATE MATERIALIZED VIEW kept AS SELECT * FROM seen;
        CREATE SEQUENCE loose;
        CREATE TYPE mood AS ENUM ('good');
        CREATE TYPE pair AS (a int, b mood);
        CREATE TYPE span AS RANGE (subtype = int4);
        CREATE DOMAIN positive AS int CHECK (value > 0);
        CREATE FUNCTION f(positive, OUT x mood) LANGUAGE sql AS $$ SELECT 'good'::mood $$;
        CREATE PROCEDURE p(a int) LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);
        CREATE OPERATOR #+# (leftarg = int, rightarg = int, function = int4pl);
        CREATE COLLATION col FROM "C";
        CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
        CREATE STATISTICS st ON id, n FROM parent;
        CREATE TABLE "Odd ""name""; DROP" (id int);
        """

    private func objects(_ database: TestDatabase, in schema: String = "public") async throws -> String {
        try await database.psql(
            "SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = '\(schema)'::regnamespace"
        )
    }

    @Test func `drops all that the schema holds, dirty or not, and up goes through again`() async throws {
        try await withFleet(of: 1, ["1_all.up.sql": Self.everything, "1_all.down.sql": ""]) { fleet, databases in
            let database = databases[0]
            let address = ["--database", database.address, "--migrations", "migrations"]
            let first = try await fleet.run(["migrate", "up"] + address)
            #expect(first.code == 0, "\(first.everything)")
            try await database.psql("UPDATE schema_migrations SET dirty = true")
            let result = try await fleet.run(["migrate", "drop", "--yes"] + address)
            #expect(result.code == 0, "\(result.everything)")
            for part in [
                "tables", "1 view", "1 materialized view", "1 function", "1 procedure", "1 aggregate", "4 types",
            ] {
                #expect(result.output.contains(part), "\(part): \(result.output)")
            }
            let left = try await database.psql(
                "SELECT pg_describe_object(classid, objid, 0), deptype FROM pg_depend WHERE refobjid = 'public'::regnamespace"
            )
            #expect(left == "")
            let again = try await fleet.run(["migrate", "up"] + address)
            #expect(again.code == 0, "\(again.everything)")
        }
    }

    @Test func `counts the event triggers that go with their functions`() async throws {
        let file = """
            CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
            CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION e();
            """
        try await withFleet(of: 1, ["1_e.up.sql": file, "1_e.down.sql": ""]) { fleet, databases in
            #expect(try await fleet.run("migrate", "up").code == 0)
            let result = try await fleet.run("migrate", "drop", "--yes")
            #expect(result.code == 0, "\(result.everything)")
            #expect(result.output.contains("1 event trigger"), "\(result.output)")
            #expect(try await databases[0].psql("SELECT count(*) FROM pg_event_trigger") == "0")
        }
    }

    @Test func `leaves extensions and other schemas alone`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let database = databases[0]
            try await database.psql("CREATE EXTENSION pgcrypto; CREATE SCHEMA other; CREATE TABLE other.t (id int)")
            let result = try await fleet.run("migrate", "drop", "--yes", "--database", database.address)
            #expect(result.code == 0, "\(result.everything)")
            #expect(
                try await database.psql("SELECT length(gen_random_bytes(4)); SELECT count(*) FROM other.t") == "4\n0")
        }
    }

    @Test(arguments: [
        "CREATE VIEW other.v AS SELECT * FROM t", "CREATE TABLE other.t (id int REFERENCES t)",
        "CREATE TABLE other.t (m mood)", "CREATE TABLE other.t (id int DEFAULT f())",
        "CREATE TABLE other.t (id int, CHECK (f() > id))",
    ])
    func `changes nothing when another schema depends on this one`(dependent: String) async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let database = databases[0]
            try await database.psql(
                """
                CREATE SCHEMA other; CREATE TABLE t (id int PRIMARY KEY); CREATE TYPE mood AS ENUM ('good');
                CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \(dependent)
                """)
            let before = try await objects(database)
            let result = try await fleet.run("migrate", "drop", "--yes", "--database", database.address)
            #expect(result.code == 1, "\(result.everything)")
            #expect(result.messages.contains("other schemas depend on this one"), "\(result.messages)")
            #expect(result.messages.contains("Nothing was changed"))
            let after = try await objects(database)
            #expect(after == before)
        }
    }

    @Test func `forgets how far a migration got, and leaves no table of its own`() async throws {
        let files = ["1_a.up.sql": "CREATE TABLE a (); VACUUM a; SELECT 1/0", "1_a.down.sql": ""]
        try await withFleet(of: 2, files) { fleet, databases in
            let address = ["--database", databases[0].address, "--migrations", "migrations"]
            let failed = try await fleet.run(["migrate", "up"] + address)
            #expect(failed.code == 3, "\(failed.everything)")
            #expect(try await databases[0].psql("SELECT count(*) FROM pgfleet.progress") == "1")
            #expect(try await fleet.run(["migrate", "drop", "--yes"] + address).code == 0)
            #expect(try await databases[0].psql("SELECT count(*) FROM pgfleet.progress") == "0")
            #expect(try await fleet.run("migrate", "drop", "--yes", "--database", databases[1].address).code == 0)
            #expect(try await databases[1].psql("SELECT count(*) FROM pg_namespace WHERE nspname = 'pgfleet'") == "0")
        }
    }

    @Test func `wants the database's name typed`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let database = databases[0]
            try await database.psql("CREATE TABLE t ()")
            let drop = ["migrate", "drop", "--database", database.address]
            let mute = try await fleet.run(drop)
            #expect(mute.code == 2)
            #expect(mute.messages.contains("1 table") && mute.messages.contains("--yes"))
            #expect(try await fleet.answer("yes", to: drop).code == 130)
            #expect(try await objects(database) == "1")
            #expect(try await fleet.answer(database.name, to: drop).code == 0)
            #expect(try await objects(database) == "0")
        }
    }

    @Test func `works on a schema of its own, under the migration lock`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            let database = databases[0]
            try await database.psql("CREATE SCHEMA a; CREATE TABLE a.t (); CREATE TABLE public.t ()")
            let holder = try await database.connect()
            _ = try await holder.run("SELECT pg_advisory_lock(\(database.lock(inSchema: "a")))")
            let drop = ["migrate", "drop", "--yes", "--database", database.address + "&search_path=a"]
            let kept = try await fleet.run(drop + ["--lock-wait", "0"])
            #expect(kept.code == 1)
            #expect(kept.messages.contains("migration lock"))
            await holder.close()
            #expect(try await fleet.run(drop).code == 0)
            #expect(try await objects(database, in: "a") == "0")
            #expect(try await database.psql("SELECT count(*) FROM public.t") == "0")
        }
    }
}

extension TestDatabase {
    /// The number of golang-migrate's lock of a schema, as its command line takes it.
    func lock(inSchema schema: String) -> Int64 {
        LockID(schema: schema, table: "schema_migrations", database: "/" + name).number
    }
}
