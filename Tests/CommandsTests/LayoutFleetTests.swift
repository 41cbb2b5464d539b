import TestSupport
import Testing

@Suite("A fleet in another tool's layout") struct LayoutFleetTests {
    private struct Sample: Sendable {
        let layout: String
        let files: [String: String]
        let table: String
    }

    private static let samples = [
        Sample(
            layout: "dbmate",
            files: [
                "01_a.sql": "-- migrate:up\ncreate table a ();\n-- migrate:down\ndrop table a;\n",
                "02_b.sql": "-- migrate:up\ncreate table b ();\n-- migrate:down\ndrop table b;\n",
            ], table: "schema_migrations"),
        Sample(
            layout: "goose",
            files: [
                "01_a.sql": "-- +goose Up\ncreate table a ();\n-- +goose Down\ndrop table a;\n",
                "02_b.sql": "-- +goose Up\ncreate table b ();\n-- +goose Down\ndrop table b;\n",
            ], table: "goose_db_version"),
        Sample(
            layout: "flyway",
            files: [
                "V1__a.sql": "create table a ();", "U1__a.sql": "drop table a;", "V2__b.sql": "create table b ();",
                "U2__b.sql": "drop table b;",
            ], table: "flyway_schema_history"),
    ]

    @Test(arguments: 0..<3)
    func `is rolled out, taken down, forced, and gets new migrations`(index: Int) async throws {
        let sample = Self.samples[index]
        try await withFleet(of: 2, sample.files, defaults: ["layout: \(sample.layout)"]) { fleet, databases in
            let rollout = try await fleet.run("rollout", "--yes")
            #expect(rollout.code == 0, "\(rollout.everything)")
            for database in databases {
                let tables = try await database.psql(
                    "select string_agg(relname, ' ' order by relname) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
                )
                #expect(tables.split(separator: " ").map(String.init).sorted() == ["a", "b", sample.table].sorted())
            }
            let target = databases[0].target()
            let down = try await fleet.run("migrate", "down", "1", "--target", target)
            #expect(down.code == 0, "\(down.everything)")
            let version = try await fleet.run("migrate", "version", "--target", target)
            #expect(version.everything.contains("1"))
            let force = try await fleet.run("migrate", "force", "2", "--yes", "--target", target)
            #expect(force.code == 0, "\(force.everything)")
            let states = try await fleet.states()
            #expect(Set(states.values) == ["current"])
            let hash = try await fleet.run("hash")
            #expect(hash.code == 0, "\(hash.everything)")
            let create = try await fleet.run("migrate", "create", "next_one")
            #expect(create.code == 0, "\(create.everything)")
            let validate = try await fleet.run("validate")
            #expect(validate.code == 2)
            #expect(validate.everything.contains("was added since pgfleet.sum"))
        }
    }
}
