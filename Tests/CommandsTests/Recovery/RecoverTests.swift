import Glibc
import Postgres
import TestSupport
import Testing

@Suite("Recovering a dirty database") struct RecoverTests {
    /// A database on which statements 1 to 3 of version 2 are in.
    private func withPartialFleet(
        _ body: (FleetDirectory, TestDatabase) async throws -> Void
    ) async throws {
        try await withFleet(of: 1, Mishap.library) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 1, of: Mishap.library)
            try await databases[0].psql(Mishap.double)
            try await Mishap.fail(Mishap.library, databases[0], isMulti: true)
            try await databases[0].psql("DELETE FROM books WHERE id = 2")
            try await body(fleet, databases[0])
        }
    }

    @Test func `has a JSON document of which no key changes`() async throws {
        try await withPartialFleet { fleet, _ in
            let shape: Set<String> = [
                "schema_version: number", "looked: number", "dirty: number", "recovered: number",
                "targets[].target: string", "targets[].version: number", "targets[].dirty: bool",
                "targets[].verdict: string", "targets[].summary[]: string", "targets[].witness: null",
                "targets[].progress: null", "targets[].matches[].version: number",
                "targets[].matches[].direction: string", "targets[].matches[].done: number",
                "targets[].matches[].statements: number", "targets[].matches[].left_invalid: null",
                "targets[].matches[].left_pending_detach: null",
                "targets[].versions[]", "targets[].unprovable[]", "targets[].nearest: null",
                "targets[].ways[].name: string", "targets[].ways[].kind: string",
                "targets[].ways[].version: number", "targets[].ways[].version: null",
                "targets[].ways[].is_available: bool", "targets[].ways[].is_proven: bool",
                "targets[].ways[].is_ambiguous: bool", "targets[].ways[].is_automatic: bool",
                "targets[].ways[].is_one_transaction: bool", "targets[].ways[].statements[]: string",
                "targets[].ways[].statements[]", "targets[].ways[].losses[]: string",
                "targets[].ways[].losses[]", "targets[].ways[].unprovable[]", "targets[].ways[].obstacle: null",
                "targets[].workers[]", "targets[].remarks[]", "targets[].way: null", "targets[].after: null",
                "targets[].refusal: null", "targets[].failure: null",
            ]
            let document = try await fleet.json("recover")
            #expect(document.shape() == shape)
        }
    }

    @Test func `with nothing dirty is 0 and says so`() async throws {
        try await withFleet(of: 2, Samples.two) { fleet, _ in
            let result = try await fleet.run("recover")
            #expect(result.code == 0)
            #expect(result.output == "✓ none of 2 targets is dirty\n")
        }
    }

    @Test(arguments: [
        ("CREATE INDEX books_lent ON books (lent)", "2 dirty"),
        ("UPDATE schema_migrations SET version = 1, dirty = false", "1 clean"),
    ])
    func `refuses a target that changes between the hypothesis and the repair`(change: String, row: String)
        async throws
    {
        try await withPartialFleet { fleet, database in
            let recover = try fleet.start("recover", "--apply", "--yes")
            // Once it has looked, it makes its hypotheses on scratch, which takes a second at least.
            let observer = try await database.server.connect()
            try await eventually("the look at the schema") {
                try await observer.query(
                    """
                    SELECT count(*) FROM pg_stat_activity WHERE datname = '\(database.name)' AND state = 'idle' \
                    AND query LIKE '%pg_current_snapshot()%' AND clock_timestamp() - state_change > '0.2 s'
                    """
                ).firstValue == "1"
            }
            await observer.close()
            try await database.psql(change)
            let result = try await recover.wait()
            #expect(result.code == 3, "\(result.everything)")
            #expect(result.output.contains("has changed since it was looked at"), "\(result.output)")
            #expect(try await database.state().version == row)
            #expect(try await database.psql("SELECT to_regclass('books_title') IS NULL") == "t")
        }
    }

    @Test func `says that scratch cannot replay the migrations, and changes nothing`() async throws {
        let files =
            Mishap.library + ["1_books.up.sql": "CREATE TABLE books (id int); GRANT SELECT ON books TO nobody_here;\n"]
        try await withFleet(of: 1, files) { fleet, databases in
            try await databases[0].adopt(2, isDirty: true)
            try await databases[0].psql("CREATE TABLE books (id int)")
            let before = try await databases[0].dump()
            let result = try await fleet.run("recover", "--apply", "--yes")
            #expect(result.code == 3, "\(result.everything)")
            #expect(result.output.contains("scratch cannot replay the migrations"), "\(result.output)")
            #expect(result.output.contains("role \"nobody_here\" does not exist"), "\(result.output)")
            #expect(try await databases[0].state().version == "2 dirty")
            #expect(try await databases[0].dump() == before)
            let text = FleetText(production: databases).yaml + "scratch: {roles: [nobody_here]}\n"
            try fleet.write("fleet.yaml", text)
            let helped = try await fleet.run("recover", "--auto")
            #expect(helped.code == 0, "\(helped.everything)")
            #expect(try await databases[0].state().version == "1 clean")
        }
    }

    @Test func `says that there are no programs for scratch, and changes nothing`() async throws {
        try await withPartialFleet { fleet, database in
            try fleet.write("fleet.yaml", FleetText(production: [database]).yaml + "scratch: {programs: /nowhere}\n")
            let result = try await fleet.run("recover", "--apply", "--yes")
            #expect(result.code == 3, "\(result.everything)")
            #expect(result.output.contains("No scratch server could be started"), "\(result.output)")
            #expect(try await database.state().version == "2 dirty")
        }
    }

    @Test func `waits for whoever is at work, and finds nothing left to do`() async throws {
        let files =
            Mishap.library + [
                "2_loans.up.sql": "SELECT pg_sleep(6);\nCREATE TABLE loans (id int);\n",
                "2_loans.down.sql": "DROP TABLE loans;\n",
            ]
        try await withFleet(of: 1, files) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 1, of: files)
            async let complaint = OtherTool(database: databases[0]).run(files["2_loans.up.sql"] ?? "", leadingTo: 2)
            try await eventually("the mark") { try await databases[0].state().version == "2 dirty" }
            let result = try await fleet.run("recover", "--apply", "--yes", "--output", "json")
            #expect(result.code == 3, "\(result.everything)")
            let found = try result.document()["targets"].elements.first
            #expect(found?["verdict"].string == "at_work")
            #expect(found?["workers"].elements.count == 1)
            let waited = try await fleet.run("recover", "--auto", "--wait", "1m")
            #expect(waited.code == 0, "\(waited.everything)")
            #expect(try await complaint == nil)
            #expect(try await databases[0].state() == DatabaseState("2 clean", ["books", "loans"]))
        }
    }

    @Test func `believes pgfleet's own progress where no schema shows how far a file got`() async throws {
        let files =
            Mishap.library + [
                "2_loans.up.sql": """
                -- pgfleet: transaction=off
                CREATE TABLE loans (id int);
                INSERT INTO loans SELECT id FROM books;
                UPDATE books SET title = 'Emma';
                CREATE UNIQUE INDEX books_title ON books (title);

                """, "2_loans.down.sql": "DROP INDEX books_title;\nDROP TABLE loans;\n",
            ]
        try await withFleet(of: 1, files) { fleet, databases in
            let database = databases[0]
            #expect(try await fleet.run("migrate", "up", "1").code == 0)
            try await database.psql("INSERT INTO books VALUES (1, 'a'), (2, 'b')")
            #expect(try await fleet.run("migrate", "up", "1").code == 3)
            let look = try await fleet.run("recover")
            #expect(look.output.contains("2 failed at statement 4 of 4: statements 1 to 3 are in, statement 4 is not."))
            #expect(look.output.contains("pgfleet.progress agrees"), "\(look.output)")
            try await database.psql("DELETE FROM books WHERE id = 2")
            let recover = try await fleet.run("recover", "--auto")
            #expect(recover.code == 0, "\(recover.everything)")
            #expect(try await database.state().version == "2 clean")
            // The rows were written once.
            #expect(try await database.psql("SELECT count(*) FROM loans") == "2")
            #expect(try await database.psql("SELECT count(*) FROM pgfleet.progress") == "0")
        }
    }

    @Test func `looks at the one schema of a target that is a schema`() async throws {
        try await withFleet(of: 1, Mishap.library) { fleet, databases in
            let database = databases[0]
            var text = FleetText(production: [])
            text.entries = [
                "{host: 127.0.0.1, port: \(database.server.port), database: \(database.name), schema: tenant_7}"
            ]
            try fleet.write(text, Mishap.library)
            try await database.psql("CREATE TABLE elsewhere (a int); CREATE SCHEMA tenant_7")
            #expect(try await fleet.run("migrate", "up", "1").code == 0)
            try await database.psql(
                "UPDATE tenant_7.schema_migrations SET version = 2, dirty = true; SET search_path = tenant_7; "
                    + "CREATE TABLE loans (id int PRIMARY KEY, book int)")
            let recover = try await fleet.run("recover", "--auto")
            #expect(recover.output.contains("2 failed at statement 2 of 5: statement 1 is in"), "\(recover.everything)")
            #expect(recover.code == 0, "\(recover.everything)")
            #expect(try await database.psql("SELECT * FROM tenant_7.schema_migrations") == "2|f")
            #expect(try await database.psql("SELECT to_regclass('tenant_7.lent_books') IS NOT NULL") == "t")
        }
    }

    /// What scratch has made for the first of them stands for the others, as far as they are in the same state.
    @Test func `recovers schemas of one database that stopped at different statements`() async throws {
        try await withFleet(of: 1, Mishap.library) { fleet, databases in
            let database = databases[0]
            var text = FleetText(production: [])
            text.entries = [
                "{host: 127.0.0.1, port: \(database.server.port), database: \(database.name), schemas: [a, b, c, d]}"
            ]
            try fleet.write(text, Mishap.library)
            try await database.psql("CREATE SCHEMA a; CREATE SCHEMA b; CREATE SCHEMA c; CREATE SCHEMA d")
            #expect(try await fleet.run("rollout", "--yes", "--to", "1").code == 0)
            let statements = (Mishap.library["2_loans.up.sql"] ?? "").split(separator: "\n").map(String.init)
            for (schema, count) in [("a", 1), ("b", 3), ("c", 3), ("d", 5)] {
                try await database.psql(
                    "SET search_path = \(schema); UPDATE schema_migrations SET version = 2, dirty = true; "
                        + statements.prefix(count).joined())
            }
            // One has an object that no file makes.
            try await database.psql("CREATE TABLE c.strange (id int)")
            let recover = try await fleet.run("recover", "--auto")
            #expect(recover.code == 3, "\(recover.everything)")
            for words in [
                "2 failed at statement 2 of 5: statement 1 is in",
                "2 failed at statement 4 of 5: statements 1 to 3 are in",
                "extra table strange", "All 5 statements of 2 are in",
            ] {
                #expect(recover.output.contains(words), "\(words): \(recover.everything)")
            }
            for (schema, row) in [("a", "2|f"), ("b", "2|f"), ("c", "2|t"), ("d", "2|f")] {
                #expect(try await database.psql("SELECT * FROM \(schema).schema_migrations") == row)
                let view = try await database.psql("SELECT to_regclass('\(schema).lent_books') IS NOT NULL")
                #expect(view == (schema == "c" ? "f" : "t"))
            }
        }
    }

    /// kill -9 while a statement that cannot be in a transaction waits; the server goes on with it.
    @Test func `killed in the middle of a repair leaves a state that the next one proves again`() async throws {
        let files =
            Mishap.library + [
                "2_loans.up.sql": """
                CREATE TABLE loans (id int);
                CREATE INDEX loans_id ON loans (id);
                CREATE INDEX CONCURRENTLY books_title ON books (title);
                CREATE INDEX CONCURRENTLY books_both ON books (id, title);

                """,
                "2_loans.down.sql": """
                DROP INDEX CONCURRENTLY books_both;
                DROP INDEX CONCURRENTLY books_title;
                DROP TABLE loans;

                """,
            ]
        try await withFleet(of: 1, files) { fleet, databases in
            let database = databases[0]
            // What waits for the reader must not give up.
            var text = FleetText(production: databases)
            text.defaults[1] = "timeouts: {connect: 5s, lock: 1m, statement: 1m}"
            try fleet.write(text, [:])
            try await OtherTool(database: database).up(to: 1, of: files)
            try await database.psql("CREATE TABLE loans (id int)")
            try await database.psql(OtherTool.setting(2, isDirty: true))
            let reader = try await database.connect()
            _ = try await reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM books")
            let recover = try fleet.start("recover", "--apply", "--yes")
            try await database.waitUntilBusy(with: "CONCURRENTLY books_title")
            recover.signal(SIGKILL)
            #expect(try await recover.wait().code == 137)
            #expect(try await database.state().version == "2 dirty")
            let atWork = try await fleet.run("recover")
            #expect(atWork.code == 3)
            #expect(atWork.output.contains("still at work"), "\(atWork.everything)")
            _ = try await reader.run("COMMIT")
            await reader.close()

            let again = try await fleet.run("recover", "--auto", "--wait", "1m")
            #expect(
                again.output.contains("2 failed at statement 4 of 4: statements 1 to 3 are in"), "\(again.everything)")
            #expect(again.code == 0, "\(again.everything)")
            #expect(try await database.state().version == "2 clean")
            #expect(
                try await database.psql(
                    "SELECT count(*) FROM pg_index WHERE indrelid = 'books'::regclass AND indisvalid")
                    == "3")
        }
    }
}
