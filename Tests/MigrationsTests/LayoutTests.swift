import FleetModel
import FoundationEssentials
import Migrations
import SQL
import Testing

@Suite("Files of other tools") struct LayoutTests {
    /// The migrations in a directory of files, in some tool's layout.
    private func set(_ layout: Layout, _ files: [String: String]) async throws -> MigrationSet {
        try await withFiles(files) { try MigrationSet.load(directory: $0, layout: layout) }
    }

    private func refusal(_ layout: Layout, _ files: [String: String]) async -> String {
        let error = await #expect(throws: MigrationsError.self) { try await set(layout, files) }
        return error?.description.split(separator: "/").last.map(String.init) ?? ""
    }

    private static let both: [(Layout, String)] = [
        (.dbmate, "-- a comment\n\n-- migrate:up\nselect 'up'\n;\n-- migrate:down\nselect 'down';\n"),
        (.goose, "-- a comment\n\n-- +goose Up\nselect 'up'\n;\n-- +goose Down\nselect 'down';\n"),
    ]

    @Test(arguments: both)
    func `one file holds both directions, and its lines keep their numbers`(layout: Layout, text: String) async throws {
        for text in [text, text.replacing("\n", with: "\r\n"), "\u{FEFF}" + text] {
            let set = try await set(layout, ["0007_a_b.sql": text])
            let migration = try #require(set.migration(7))
            #expect(migration.title == "a_b")
            #expect(migration.up?.versionText == "0007")
            #expect(try migration.up?.script().statements.map(\.place) == [TextPlace(line: 4, column: 1)])
            #expect(try migration.down?.script().statements.map(\.place) == [TextPlace(line: 7, column: 1)])
            #expect(migration.up?.checksum != migration.down?.checksum)
            #expect(set.findings.isEmpty)
        }
    }

    @Test func `an edit of one direction leaves the other's checksum`() async throws {
        let before = try await set(.dbmate, ["1_a.sql": "-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;"])
        let after = try await set(.dbmate, ["1_a.sql": "-- migrate:up\n\nselect 3;\n-- migrate:down\nselect 2;"])
        #expect(before.migration(1)?.up?.checksum != after.migration(1)?.up?.checksum)
        #expect(before.migration(1)?.down?.checksum == after.migration(1)?.down?.checksum)
    }

    @Test(arguments: [
        (Layout.dbmate, "-- migrate:up transaction:false\nselect 1;\n-- migrate:down\nselect 2;", [false, true]),
        (.dbmate, "--migrate:up\nselect 1;\n--   migrate:down transaction:false\nselect 2;", [true, false]),
        (.goose, "-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;", [false, false]),
        (.goose, "-- +goose up\nselect 1;\n-- +goose down\nselect 2;", [true, true]),
    ])
    func `a mark turns the transaction off`(layout: Layout, text: String, isTransactional: [Bool]) async throws {
        let set = try await set(layout, ["1_a.sql": text])
        #expect(try set.route(from: nil, to: 1).steps.map(\.isTransactional) == [isTransactional[0]])
        #expect(try set.route(from: 1, to: nil).steps.map(\.isTransactional) == [isTransactional[1]])
    }

    @Test func `a block of goose is one statement by PostgreSQL's grammar`() async throws {
        let set = try await set(
            .goose,
            [
                "1_a.sql": """
                -- +goose Up
                -- +goose StatementBegin
                create function f() returns int language plpgsql as $$ begin return 1; end $$;
                -- +goose StatementEnd
                """
            ])
        #expect(try set.migration(1)?.up?.script().statements.count == 1)
        #expect(set.findings.map(\.kind) == [.missingDown])
    }

    @Test(arguments: [
        (Layout.dbmate, "-- migrate:up\nselect 1;", "1_a.sql: no line '-- migrate:down'"),
        (.dbmate, "select 1;\n-- migrate:up\n-- migrate:down", "1_a.sql:1:1: SQL before '-- migrate:up'"),
        (.dbmate, "-- migrate:down\n-- migrate:up", "1_a.sql:1:1: '-- migrate:down' stands before"),
        (.dbmate, "-- migrate:up\n-- migrate:down\n-- migrate:up\n-- migrate:down", "1_a.sql:3:1: a second"),
        (.dbmate, "-- migrate:up transaktion:false\n-- migrate:down", "1_a.sql:1:1: 'transaktion:false' is no option"),
        (.dbmate, "-- migrate:upp\n", "1_a.sql:1:1: 'migrate:upp' is no mark"),
        (.goose, "select 1;", "1_a.sql:1:1: SQL before '-- +goose Up'"),
        (.goose, "-- nothing", "1_a.sql: no line '-- +goose Up'"),
        (.goose, "-- +goose Up\n-- +goose ENVSUB ON\nselect 1;", "1_a.sql:2:1: '-- +goose ENVSUB ON'"),
        (
            .goose, "-- +goose Up\n-- +goose StatementBegin\nselect 1;",
            "1_a.sql:2:1: '-- +goose StatementBegin' without"
        ),
        (.goose, "-- +goose Up\n-- +goose StatementEnd", "1_a.sql:2:1: '-- +goose StatementEnd' without"),
        (.goose, "-- +goose Upp", "1_a.sql:1:1: '+goose Upp' is no mark"),
    ])
    func `a file that is not as its tool wants it is refused with its place`(
        layout: Layout, text: String, message: String
    ) async throws {
        #expect(await refusal(layout, ["1_a.sql": text]).hasPrefix(message))
    }

    @Test func `Flyway's names are read`() async throws {
        let set = try await set(
            .flyway,
            ["V2__add_users.sql": "select 1", "U2__drop.sql": "", "V010__x.sql": "", "v3__x.sql": "", "x.sql": ""])
        #expect(set.versions == [2, 10])
        #expect(set.migration(2)?.up?.title == "add_users")
        #expect(set.migration(2)?.down != nil)
        #expect(set.migration(10)?.up?.versionText == "010")
        #expect(set.findings.map(\.kind) == [.strayFile, .strayFile, .missingDown])
    }

    @Test(arguments: [
        ("R__views.sql", "a repeatable migration"), ("V1.2__x.sql", "the version 1.2 has parts"),
        ("V1_2__x.sql", "the version 1_2 has parts"), ("B5__x.sql", "a baseline migration"),
        ("beforeMigrate.sql", "a callback"),
    ])
    func `what Flyway runs besides numbered versions is refused with the reason`(name: String, why: String) async {
        let message = await refusal(.flyway, ["V1__a.sql": "", name: "select 1"])
        #expect(message.hasPrefix("\(name): \(why)"))
    }

    @Test func `a placeholder of Flyway is refused with its place unless the file beside it turns them off`()
        async throws
    {
        let files = ["V1__a.sql": "select 'é', '${user}';", "U1__a.sql": ""]
        #expect(await refusal(.flyway, files).hasPrefix("V1__a.sql:1:14: a placeholder"))
        let off = files.merging(["V1__a.sql.conf": "# x\nplaceholderReplacement = false\n"]) { $1 }
        #expect(try await set(.flyway, off).versions == [1])
    }

    @Test func `Flyway's file beside a migration turns the transaction off`() async throws {
        let files = ["V1__a.sql": "select 1", "V1__a.sql.conf": "executeInTransaction=false"]
        #expect(try await set(.flyway, files).route(from: nil, to: 1).steps.map(\.isTransactional) == [false])
        let unknown = ["V1__a.sql": "select 1", "V1__a.sql.conf": "encoding=latin1"]
        #expect(await refusal(.flyway, unknown).contains("sets 'encoding'"))
    }

    @Test func `numbers that dbmate would run in another order are refused`() async {
        let text = "-- migrate:up\n-- migrate:down\n"
        let message = await refusal(.dbmate, ["9_a.sql": text, "10_b.sql": text])
        #expect(message.hasPrefix("9_a.sql: dbmate runs files in the order of their names, so 10_b.sql before"))
    }

    @Test func `two files of one version are refused in every layout`() async throws {
        let text = "-- migrate:up\n-- migrate:down\n"
        #expect(await refusal(.dbmate, ["1_a.sql": text, "01_b.sql": text]).contains("1_a.sql"))
        #expect(await refusal(.flyway, ["V1__a.sql": "", "V01__b.sql": ""]).contains("V1__a.sql"))
    }

    @Test func `a migration in Go is a finding`() async throws {
        let set = try await set(
            .goose, ["1_a.sql": "-- +goose Up", "2_b.go": "package x", "0_c.sql": "", "doc.go": ""])
        #expect(set.findings.map(\.kind) == [.strayFile, .goMigration, .missingDown])
    }

    @Test(arguments: Layout.allCases)
    func `a new migration is read back`(layout: Layout) async throws {
        try await withFiles([:]) { directory in
            _ = try NewMigration(title: "a_b", directory: directory, layout: layout).write(secondsSince1970: 0)
            _ = try NewMigration(title: "c", directory: directory, layout: layout).write(secondsSince1970: 1)
            let set = try MigrationSet.load(directory: directory, layout: layout)
            #expect(set.versions == [19_700_101_000_000, 19_700_101_000_001])
            #expect(set.migrations.allSatisfy { $0.up != nil && $0.down != nil })
            #expect(set.migrations.first?.title == "a_b")
        }
    }
}
