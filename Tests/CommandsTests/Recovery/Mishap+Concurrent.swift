import Postgres
import TestSupport

/// Statements that work in several transactions, and fail between two of them.
extension Mishap {
    /// A table with an index whose function fails once a word is forbidden.
    private static let indexed = [
        "1_books.up.sql": """
        CREATE TABLE books (id int PRIMARY KEY, title text);
        CREATE TABLE forbidden (word text);
        CREATE FUNCTION checked(word text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
            IF EXISTS (SELECT FROM public.forbidden f WHERE f.word = checked.word) THEN RAISE 'forbidden'; END IF;
            RETURN word;
        END $$;
        CREATE INDEX books_checked ON books (public.checked(title));

        """,
        "1_books.down.sql": "DROP TABLE books; DROP TABLE forbidden; DROP FUNCTION checked;\n",
        "2_loans.up.sql": "REINDEX INDEX CONCURRENTLY books_checked;\n", "2_loans.down.sql": "SELECT 1;\n",
    ]

    private static let divided = [
        "1_books.up.sql": """
        CREATE TABLE books (id int, year int NOT NULL) PARTITION BY LIST (year);
        CREATE TABLE books_1815 PARTITION OF books FOR VALUES IN (1815);
        CREATE TABLE books_1818 PARTITION OF books FOR VALUES IN (1818);
        CREATE INDEX books_id ON books (id);

        """,
        "1_books.down.sql": "DROP TABLE books;\n",
        "2_loans.up.sql": "ALTER TABLE books DETACH PARTITION books_1815 CONCURRENTLY;\n",
        "2_loans.down.sql": "ALTER TABLE books ATTACH PARTITION books_1815 FOR VALUES IN (1815);\n",
    ]

    static let concurrent = [
        Mishap(
            name: "REINDEX INDEX CONCURRENTLY fails and leaves the new index, `…_ccnew`",
            files: indexed,
            happen: { database, files in
                try await database.psql("INSERT INTO books VALUES (1, 'Emma'); INSERT INTO forbidden VALUES ('Emma')")
                try await fail(files, database)
                try await database.psql("DELETE FROM forbidden")
            },
            verdict: "proven",
            says:
                "2 failed at statement 1 of 1, which left the invalid index books_checked_ccnew: nothing before it is in.",
            way: "finish", version: "2 clean", isAutomatic: true),
        Mishap(
            name: "the same, and it is given up",
            files: indexed,
            happen: { database, files in
                try await database.psql("INSERT INTO books VALUES (1, 'Emma'); INSERT INTO forbidden VALUES ('Emma')")
                try await fail(files, database)
            },
            verdict: "proven", says: "which left the invalid index books_checked_ccnew", way: "undo",
            version: "1 clean"),
        Mishap(
            name: "REINDEX TABLE CONCURRENTLY is ended while it waits for writers",
            files: indexed.merging(["2_loans.up.sql": "REINDEX TABLE CONCURRENTLY books;\n"]) { $1 },
            happen: { database, files in
                try await endWaiting(files, database, behind: "LOCK TABLE books IN ROW EXCLUSIVE MODE")
            },
            verdict: "proven", says: "which left the invalid indexes books_pkey_ccnew, books_checked_ccnew",
            way: "finish", version: "2 clean", isAutomatic: true),
        Mishap(
            name: "REINDEX INDEX CONCURRENTLY is ended before it drops the old index, `…_ccold`",
            files: indexed,
            happen: { database, files in
                try await endWaiting(files, database, behind: "LOCK TABLE books IN ACCESS SHARE MODE")
            },
            verdict: "proven",
            says: "which left the old index, invalid, as books_checked_ccold beside the new one", way: "finish",
            version: "2 clean", isAutomatic: true),
        Mishap(
            name: "DETACH PARTITION CONCURRENTLY is ended while it waits for readers",
            files: divided,
            happen: { database, files in
                try await endWaiting(files, database, behind: "LOCK TABLE books IN ACCESS SHARE MODE")
            },
            verdict: "proven",
            says: "2 failed at statement 1 of 1, which left the partition books_1815 pending detach: "
                + "nothing before it is in.", way: "finish", version: "2 clean", isAutomatic: true),
        Mishap(
            name: "the same, and a constraint of the partition says what its bounds say",
            files: divided.merging([
                "1_books.up.sql": (divided["1_books.up.sql"] ?? "")
                    + "ALTER TABLE books_1815 ADD CONSTRAINT early CHECK (year IS NOT NULL AND year = 1815);\n"
            ]) { $1 },
            happen: { database, files in
                try await endWaiting(files, database, behind: "LOCK TABLE books IN ACCESS SHARE MODE")
            },
            verdict: "proven", says: "which left the partition books_1815 pending detach", way: "finish",
            version: "2 clean", isAutomatic: true),
        Mishap(
            name: "the same, and the partition is to stay",
            files: divided,
            happen: { database, files in
                try await endWaiting(files, database, behind: "LOCK TABLE books IN ACCESS SHARE MODE")
            },
            verdict: "proven", says: "which left the partition books_1815 pending detach", way: "undo",
            version: "1 clean", triesAutomatic: false),
    ]

    /// Runs version 2's file, which has to wait for whoever holds a lock, and ends it there as an operator would.
    private static func endWaiting(
        _ files: [String: String], _ database: TestDatabase, behind lock: String
    ) async throws {
        let other = try await database.connect()
        let process = try await other.query("SELECT pg_backend_pid()").firstValue ?? "0"
        _ = try await other.run("BEGIN; \(lock)")
        async let failing: Void = fail(files, database)
        try await eventually("the file waits, and is cancelled") {
            try await database.psql(
                "SELECT count(*) FROM (SELECT pg_cancel_backend(pid) FROM pg_stat_activity "
                    + "WHERE datname = current_database() AND \(process) = ANY (pg_blocking_pids(pid))) cancelled")
                != "0"
        }
        try await failing
        _ = try await other.run("ROLLBACK")
        await other.close()
    }
}
