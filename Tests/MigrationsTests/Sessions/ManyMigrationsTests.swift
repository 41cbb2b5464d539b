import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

/// Three hundred migrations as projects of years have them, with timestamps for versions.
@Suite("Three hundred migrations") struct ManyMigrationsTests {
    private static let files = GeneratedMigrations(count: 300)

    @Test func `go up, down and up again, and leave what golang-migrate leaves`() async throws {
        let set = try await set(of: Self.files.texts)
        let theirs = try await withDatabase { database in
            let connection = try await database.connect()
            for text in Self.files.asGolangMigrate { _ = try await connection.run(text) }
            await connection.close()
            return try await Subject(database).dump()
        }
        try await withDatabase { database in
            let subject = Subject(database)
            let up = try await subject.go(to: set.newest, in: set)
            #expect(up.failure == nil)
            #expect(up.finished.count == 300)
            let first = try await subject.dump()
            #expect(first == theirs)
            let down = try await subject.go(to: nil, in: set)
            #expect(down.failure == nil)
            let objects = try await subject.tables()
            #expect(objects == "")
            let again = try await subject.go(to: set.newest, in: set)
            #expect(again.failure == nil)
            let second = try await subject.dump()
            #expect(second == theirs)
            let history = try await database.psql("select count(*) from pgfleet.history")
            #expect(history == "900")
        }
    }
}

/// Migrations that are made by rule: tables, columns, indexes, views, functions with dollar quotes, types, data, files in
/// BEGIN and COMMIT, and concurrent indexes.
private struct GeneratedMigrations {
    let texts: [String: String]
    /// The texts that golang-migrate sends for all ups: each file as one, between its rows in the version table.
    let asGolangMigrate: [String]

    init(count: Int) {
        var texts: [String: String] = [:]
        var sent = [
            """
            CREATE TABLE IF NOT EXISTS "public"."schema_migrations" \
            (version bigint not null primary key, dirty boolean not null)
            """
        ]
        for number in 1...count {
            let version = 20_240_101_000_000 + number * 37
            let (up, down) = Self.migration(number)
            texts["\(version)_change_\(number).up.sql"] = up
            texts["\(version)_change_\(number).down.sql"] = down
            let rows = [true, false].map { isDirty in
                """
                BEGIN; TRUNCATE "public"."schema_migrations";
                INSERT INTO "public"."schema_migrations" (version, dirty) VALUES (\(version), \(isDirty)); COMMIT
                """
            }
            sent += [rows[0], up, rows[1]]
        }
        self.texts = texts
        asGolangMigrate = sent
    }

    private static func migration(_ number: Int) -> (up: String, down: String) {
        let base = (number - 1) / 10 * 10 + 1
        let table = "item_\(base)"
        switch number - base {
        case 0:
            return (
                "CREATE TABLE \(table) (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);",
                "DROP TABLE \(table);"
            )
        case 1:
            return (
                "ALTER TABLE \(table) ADD COLUMN price numeric(12, 2) DEFAULT 0 NOT NULL;",
                "ALTER TABLE \(table) DROP COLUMN price;"
            )
        case 2:
            return ("CREATE INDEX CONCURRENTLY \(table)_name ON \(table) (name)", "DROP INDEX \(table)_name;")
        case 3:
            return (
                "BEGIN;\nCREATE TYPE state_\(base) AS ENUM ('new', 'old');\n"
                    + "ALTER TABLE \(table) ADD COLUMN state state_\(base);\nCOMMIT;",
                "ALTER TABLE \(table) DROP COLUMN state;\nDROP TYPE state_\(base);"
            )
        case 4:
            return (
                """
                CREATE FUNCTION touch_\(base)() RETURNS trigger LANGUAGE plpgsql AS $body$
                BEGIN -- a semicolon; in a comment
                  NEW.name := coalesce(NEW.name, 'none; at all');
                  RETURN NEW;
                END $body$;
                CREATE TRIGGER touch BEFORE INSERT ON \(table) FOR EACH ROW EXECUTE FUNCTION touch_\(base)();
                """, "DROP TRIGGER touch ON \(table);\nDROP FUNCTION touch_\(base)();"
            )
        case 5:
            return (
                "INSERT INTO \(table) (name) VALUES ('it''s; one'), (E'two\\n');\r\nUPDATE \(table) SET state = 'new';",
                "DELETE FROM \(table);"
            )
        case 6:
            return (
                "CREATE VIEW \(table)_new AS SELECT id, name FROM \(table) WHERE state = 'new';",
                "DROP VIEW \(table)_new;"
            )
        case 7:
            return (
                "ALTER TABLE \(table) ADD CONSTRAINT \(table)_price CHECK (price >= 0) NOT VALID;\n"
                    + "ALTER TABLE \(table) VALIDATE CONSTRAINT \(table)_price;",
                "ALTER TABLE \(table) DROP CONSTRAINT \(table)_price;"
            )
        case 8:
            return (
                "DO $$ BEGIN EXECUTE 'COMMENT ON TABLE \(table) IS ''made by rule'''; END $$;",
                "COMMENT ON TABLE \(table) IS NULL;"
            )
        default:
            return (
                "CREATE UNIQUE INDEX \"Größe \(base)\" ON \(table) (lower(name)) WHERE state = 'old';",
                "DROP INDEX \"Größe \(base)\";"
            )
        }
    }
}
