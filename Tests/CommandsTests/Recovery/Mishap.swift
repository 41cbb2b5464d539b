import Postgres
import TestSupport

/// One way of getting dirty: what happened, what `recover` has to say, and what it has to do. A row of docs/recovery.md.
struct Mishap: Sendable, CustomStringConvertible {
    /// As the table has it.
    let name: String
    /// Beside or instead of the library's files.
    var files: [String: String] = [:]
    /// Makes it happen, on a database on version 1 of these files.
    let happen: @Sendable (TestDatabase, [String: String]) async throws -> Void
    let verdict: String
    /// What the summary has to say.
    let says: String
    /// The way that is taken, and the version then; nil where none may be.
    var way: String?
    var version = ""
    /// Whether the way is one that `--auto` takes.
    var isAutomatic = false
    /// Whether `--auto` is tried before; not where it would take another way than the one that the row is about.
    var triesAutomatic = true
    /// Statements, from 1, that are told as not provable.
    var unprovable: [Int] = []
    /// What a difference has to name, where there is no match.
    var differs: String?

    var description: String { name }

    /// The migrations that most of them are about.
    static let library = [
        "1_books.up.sql": "CREATE TABLE books (id int PRIMARY KEY, title text);\n",
        "1_books.down.sql": "DROP TABLE books;\n",
        "2_loans.up.sql": """
        CREATE TABLE loans (id int PRIMARY KEY, book int);
        CREATE INDEX loans_book ON loans (book);
        ALTER TABLE books ADD COLUMN lent boolean NOT NULL DEFAULT false;
        CREATE UNIQUE INDEX books_title ON books (title);
        CREATE VIEW lent_books AS SELECT id FROM books WHERE lent;

        """,
        "2_loans.down.sql": """
        DROP VIEW lent_books;
        DROP INDEX books_title;
        ALTER TABLE books DROP COLUMN lent;
        DROP TABLE loans;

        """,
        "3_members.up.sql": """
        CREATE TABLE members (id int PRIMARY KEY, name text);
        CREATE INDEX members_name ON members (name);

        """,
        "3_members.down.sql": "DROP INDEX members_name;\nDROP TABLE members;\n",
    ]

    static let double = "INSERT INTO books (id, title) VALUES (1, 'Emma'), (2, 'Emma')"

    /// Runs version 2's file as the other tool does, which must fail.
    static func fail(_ files: [String: String], _ database: TestDatabase, isMulti: Bool = false) async throws {
        let file = files.first { $0.key.hasPrefix("2_") && $0.key.hasSuffix(".up.sql") }?.value ?? ""
        let complaint = try await OtherTool(database: database, isMulti: isMulti).run(file, leadingTo: 2)
        if complaint == nil { throw ToolError("the file did not fail") }
    }
}

extension Mishap {
    static let all = ups + concurrent + downs + marks + people

    /// Files that lead up.
    static let ups = [
        Mishap(
            name: "a statement fails, and those before it were committed one by one",
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database, isMulti: true)
                try await database.psql("DELETE FROM books WHERE id = 2")
            },
            verdict: "proven",
            says:
                "2 failed at statement 4 of 5: statements 1 to 3 are in, statements 4 to 5 are not. Nothing of 3 is in.",
            way: "finish", version: "2 clean", isAutomatic: true),
        Mishap(
            name: "the same, and the cause is still there",
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database, isMulti: true)
            },
            verdict: "proven", says: "statements 1 to 3 are in", way: "undo", version: "1 clean"),
        Mishap(
            name: "a statement fails in a file that is one query, and all of it is rolled back",
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database)
            },
            verdict: "proven",
            says: "Nothing of 2 is in: the schema is exactly that of version 1. Nothing of 3 is in.",
            way: "clean-1", version: "1 clean", isAutomatic: true),
        Mishap(
            name: "BEGIN and COMMIT in the file: the first transaction lasts, the second fails",
            files: [
                "2_loans.up.sql": """
                BEGIN;
                CREATE TABLE loans (id int);
                COMMIT;
                BEGIN;
                ALTER TABLE books ADD COLUMN lent boolean;
                CREATE UNIQUE INDEX books_title ON books (title);
                COMMIT;

                """,
                "2_loans.down.sql": "DROP INDEX books_title;\nALTER TABLE books DROP COLUMN lent;\nDROP TABLE loans;\n",
            ],
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database)
                try await database.psql("DELETE FROM books WHERE id = 2")
            },
            verdict: "proven",
            says: "2 failed at statement 4 of 7: statements 1 to 3 are in, statements 4 to 7 are not.", way: "finish",
            version: "2 clean", isAutomatic: true),
        Mishap(
            name: "BEGIN in the file and no COMMIT: all of it is rolled back",
            files: ["2_loans.up.sql": "CREATE TABLE loans (id int);\nBEGIN;\nCREATE TABLE fines (id int);\n"],
            happen: { database, files in
                let session = try await database.connect()
                try await OtherTool(database: database).begin(session, leadingTo: 2)
                _ = try await session.run(files["2_loans.up.sql"] ?? "")
                await session.close()
            },
            verdict: "proven", says: "Nothing of 2 is in", way: "clean-1", version: "1 clean", isAutomatic: true),
        Mishap(
            name: "CREATE INDEX CONCURRENTLY leaves an invalid index",
            files: [
                "2_title.up.sql": "CREATE UNIQUE INDEX CONCURRENTLY books_title ON books (title);\n",
                "2_title.down.sql": "DROP INDEX CONCURRENTLY books_title;\n", "2_loans.up.sql": "",
                "2_loans.down.sql": "",
            ],
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database)
                try await database.psql("DELETE FROM books WHERE id = 2")
            },
            verdict: "proven", says: "2 failed at statement 1 of 1, which left the invalid index books_title",
            way: "finish", version: "2 clean", isAutomatic: true),
        Mishap(
            name: "the same, and the index is given up",
            files: [
                "2_title.up.sql": "CREATE UNIQUE INDEX CONCURRENTLY books_title ON books (title);\n",
                "2_title.down.sql": "DROP INDEX CONCURRENTLY books_title;\n", "2_loans.up.sql": "",
                "2_loans.down.sql": "",
            ],
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database)
            },
            verdict: "proven", says: "left the invalid index books_title", way: "undo", version: "1 clean"),
        Mishap(
            name: "rows are written between two statements, and a later one fails",
            files: [
                "2_loans.up.sql": """
                CREATE TABLE loans (id int);
                INSERT INTO loans SELECT id FROM books;
                UPDATE books SET title = 'none' WHERE title IS NULL;
                CREATE UNIQUE INDEX books_title ON books (title);

                """, "2_loans.down.sql": "DROP INDEX books_title;\nDROP TABLE loans;\n",
            ],
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database, isMulti: true)
            },
            verdict: "ambiguous",
            says: "2 failed at one of the statements 2 to 4 of 4: statement 1 is in; whether statements 2 to 3 ran, "
                + "no schema shows.", way: "undo", version: "1 clean", unprovable: [2, 3]),
        Mishap(
            name: "a DO block swallows its error, and a later statement fails",
            files: [
                "2_loans.up.sql": """
                DO $$ BEGIN ALTER TABLE books ADD CONSTRAINT single UNIQUE (title); EXCEPTION WHEN OTHERS THEN NULL; END $$;
                CREATE TABLE loans (id int);
                ALTER TABLE books ALTER COLUMN title SET NOT NULL;

                """
            ],
            happen: { database, files in
                try await database.psql(double + ", (3, NULL)")
                let session = try await database.connect()
                try await OtherTool(database: database).begin(session, leadingTo: 2)
                let file = (files["2_loans.up.sql"] ?? "").split(separator: "\n")
                for statement in file.prefix(2) { _ = try await session.run(String(statement)) }
                await session.close()
            },
            verdict: "no_match", says: "No state that the record (2 (dirty)) could have come from has this schema",
            differs: "books.single"),
        Mishap(
            name: "CREATE TABLE IF NOT EXISTS keeps a table of another definition",
            files: [
                "2_loans.up.sql": """
                CREATE TABLE IF NOT EXISTS loans (id int PRIMARY KEY, book int);
                CREATE INDEX loans_book ON loans (book);

                """
            ],
            happen: { database, files in
                try await database.psql("CREATE TABLE loans (number int, title text)")
                try await fail(files, database, isMulti: true)
            },
            verdict: "no_match", says: "Nothing is changed", differs: "loans"),
    ]

    /// Files that lead down, whose mark names the version below.
    static let downs = [
        Mishap(
            name: "a down fails, and all of it is rolled back",
            happen: { database, files in
                let tool = OtherTool(database: database)
                try await tool.up(from: 1, to: 3, of: files)
                try await database.psql("CREATE VIEW of_members AS SELECT id FROM members")
                _ = try await tool.run(files["3_members.down.sql"] ?? "", leadingTo: 2)
                try await database.psql("DROP VIEW of_members")
            },
            verdict: "proven", says: "Nothing of the down of 3 is in: the schema is exactly that of version 3.",
            way: "clean-3", version: "3 clean", isAutomatic: true),
        Mishap(
            name: "a down fails, and the statements before it were committed",
            happen: { database, files in
                try await OtherTool(database: database).up(from: 1, to: 3, of: files)
                try await database.psql("CREATE VIEW of_members AS SELECT id FROM members")
                _ = try await OtherTool(database: database, isMulti: true).run(
                    files["3_members.down.sql"] ?? "", leadingTo: 2)
                try await database.psql("DROP VIEW of_members")
            },
            verdict: "proven",
            says: "The down of 3 failed at statement 2 of 2: statement 1 is in, statement 2 is not.", way: "undo",
            version: "3 clean", isAutomatic: true),
        Mishap(
            name: "the down of the first version fails and leaves (-1, dirty)",
            happen: { database, files in
                try await database.psql("CREATE VIEW of_books AS SELECT id FROM books")
                _ = try await OtherTool(database: database).run(files["1_books.down.sql"] ?? "", leadingTo: nil)
                try await database.psql("DROP VIEW of_books")
            },
            verdict: "proven", says: "Nothing of the down of 1 is in: the schema is exactly that of version 1.",
            way: "clean-1", version: "1 clean", isAutomatic: true),
        Mishap(
            name: "the down of the first version is through, and (-1, dirty) stays",
            happen: { database, files in
                let session = try await database.connect()
                try await OtherTool(database: database).begin(session, leadingTo: nil)
                _ = try await session.run(files["1_books.down.sql"] ?? "")
                await session.close()
            },
            verdict: "proven",
            says:
                "The one statement of the down of 1 is in: the schema is exactly that of version none, and only the record "
                + "is missing.", way: "clean-none", version: "none", isAutomatic: true),
        Mishap(
            name: "a down is through, and does not restore the schema",
            files: ["3_members.down.sql": "DROP INDEX members_name;\n"],
            happen: { database, files in
                let tool = OtherTool(database: database)
                try await tool.up(from: 1, to: 3, of: files)
                let session = try await database.connect()
                try await tool.begin(session, leadingTo: 2)
                _ = try await session.run(files["3_members.down.sql"] ?? "")
                await session.close()
            },
            verdict: "proven", says: "and that is not the schema of version 2", way: "undo", version: "3 clean",
            isAutomatic: true),
    ]

    /// Bodies that did what they should, or nothing, and a mark that stayed.
    static let marks = [
        Mishap(
            name: "the client is killed, and the server commits the whole file",
            files: [
                "2_loans.up.sql": "SELECT pg_sleep(1.5);\nCREATE TABLE loans (id int);\n",
                "2_loans.down.sql": "DROP TABLE loans;\n",
            ],
            happen: { database, files in
                try await OtherTool(database: database).runAndDie(files["2_loans.up.sql"] ?? "", leadingTo: 2)
                try await eventually("the server commits") {
                    try await database.psql("SELECT to_regclass('loans') IS NOT NULL") == "t"
                }
            },
            verdict: "proven",
            says:
                "All 2 statements of 2 are in: the schema is exactly that of version 2, and only the record is missing.",
            way: "clean-2", version: "2 clean", unprovable: [1]),
        Mishap(
            name: "the backend is ended in the middle of the file",
            files: [
                "2_loans.up.sql": "CREATE TABLE loans (id int);\nSELECT pg_sleep(5);\n",
                "2_loans.down.sql": "DROP TABLE loans;\n",
            ],
            happen: { database, files in
                let tool = OtherTool(database: database)
                async let complaint = tool.run(files["2_loans.up.sql"] ?? "", leadingTo: 2)
                try await eventually("the backend is ended") {
                    try await database.psql(
                        "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            + "WHERE datname = current_database() AND wait_event = 'PgSleep') ended") != "0"
                }
                guard try await complaint != nil else { throw ToolError("the file did not fail") }
            },
            verdict: "proven", says: "Nothing of 2 is in: the schema is exactly that of version 1.", way: "clean-1",
            version: "1 clean", isAutomatic: true),
        Mishap(
            name: "a file of nothing but rows is left dirty",
            files: [
                "2_loans.up.sql": "INSERT INTO books VALUES (7, 'Persuasion');\n",
                "2_loans.down.sql": "DELETE FROM books WHERE id = 7;\n",
            ],
            happen: { database, files in
                let session = try await database.connect()
                try await OtherTool(database: database).begin(session, leadingTo: 2)
                _ = try await session.run(files["2_loans.up.sql"] ?? "")
                await session.close()
            },
            verdict: "ambiguous", says: "Nothing of 2 is in, or all of it: no schema shows the difference.",
            way: "clean-2", version: "2 clean", unprovable: [1]),
    ]

    /// What people did meanwhile, or before.
    static let people = [
        Mishap(
            name: "someone has run the missing statements by hand",
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database, isMulti: true)
                try await database.psql(
                    """
                    DELETE FROM books WHERE id = 2; CREATE UNIQUE INDEX books_title ON books (title);
                    CREATE VIEW lent_books AS SELECT id FROM books WHERE lent
                    """)
            },
            verdict: "proven", says: "All 5 statements of 2 are in", way: "clean-2", version: "2 clean",
            isAutomatic: true),
        Mishap(
            name: "someone has repaired it by hand in another way",
            happen: { database, files in
                try await database.psql(double)
                try await fail(files, database, isMulti: true)
                try await database.psql("CREATE INDEX books_title ON books (title)")
            },
            verdict: "no_match",
            says: "Nearest: the up of 2, 3 of 5 statements, from which it differs in 1 object:", differs: "books_title"),
        Mishap(
            name: "someone has forced a version that the database was not on, and the next one fails",
            happen: { database, files in
                try await database.psql(OtherTool.setting(2, isDirty: false))
                _ = try await OtherTool(database: database).run("SELECT 1 / 0", leadingTo: 3)
            },
            verdict: "elsewhere",
            says:
                "The schema is exactly that of version 1, and of no state that the record (3 (dirty)) could have come from",
            way: "clean-1", version: "1 clean"),
    ]
}
