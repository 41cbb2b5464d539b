import FleetModel
import Foundation
import LocalServers
import Migrations
import Schema
import TestSupport
import Testing

@Suite("Ways down, proven on scratch") struct DownTests {
    private func prove(
        _ files: [String: String], after known: DownProof? = nil, layout: Layout = .golangMigrate
    ) async throws -> DownProof {
        try await withTemporaryDirectory { directory in
            for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)")) }
            let set = try MigrationSet.load(directory: directory, layout: layout)
            let replay = Replay(
                set: set, rules: TargetRules(layout: layout), scratch: ScratchRules(),
                scope: CatalogScope(home: "public"))
            return try await replay.downs(after: known, try await ScratchServer.start(major: nil))
        }
    }

    /// A fault in a few words: the version, and what happened to which objects or on which line.
    private func words(_ fault: DownFault) -> String {
        switch fault.kind {
        case .missing: "\(fault.version) missing"
        case .fails(let failure): "\(fault.version) fails in line \(failure.place?.line ?? 0)"
        case .restoresNot(let findings): "\(fault.version): " + findings.map(\.key).joined(separator: ", ")
        case .upFails(let failure): "\(fault.version) up fails in line \(failure.place?.line ?? 0)"
        case .upDiffers(let findings): "\(fault.version) up: " + findings.map(\.key).joined(separator: ", ")
        }
    }

    @Test func `that bring everything back have no fault, in a transaction and outside of one`() async throws {
        let proof = try await prove([
            "1_a.up.sql": Samples.inOneSchema,
            "1_a.down.sql": """
            drop view v; drop policy p on a; drop table b; drop function f(a); drop table a; drop function t();
            drop aggregate total (int); drop domain mail; drop type mood
            """,
            "2_b.up.sql": "create table c (id int, note text)", "2_b.down.sql": "drop table c",
            "3_c.up.sql": "create index concurrently c_note on c (note);\ncreate index concurrently c_id on c (id);",
            "3_c.down.sql": "drop index concurrently c_id;\ndrop index concurrently c_note;",
            "4_d.up.sql": "alter table c drop column note",
            "4_d.down.sql":
                "alter table c add column note text; create index c_note on c (note)",
            "5_e.up.sql": "insert into c values (1)", "5_e.down.sql": "delete from c",
        ])
        #expect(proof.faults.map(words) == [])
        #expect(proof.newest == Version(5))
        #expect(proof.obstacle == nil)
    }

    @Test func `that do not are told by version, each for what it does`() async throws {
        let proof = try await prove([
            "1_a.up.sql": "create table a (id int)", "1_a.down.sql": "drop table a",
            // Leaves an index, and takes a column that was there before.
            "2_b.up.sql": "create table b (id int); alter table a add x int; create index if not exists a_id on a (id)",
            "2_b.down.sql": "drop table b; alter table a drop x; alter table a alter id type bigint",
            "3_c.up.sql": "create table c (id int)",
            "4_d.up.sql": "create table d (id int)", "4_d.down.sql": "-- first\ndrop table\n  no_such_table",
            // The table stays, so that it cannot be made again.
            "5_e.up.sql": "create table e (id int)", "5_e.down.sql": "select 1",
            "6_f.up.sql":
                "do $$ begin if to_regclass('f_mark') is null then create table f (id int); "
                + "else create table f (id bigint); end if; end $$; create table if not exists f_mark (id int)",
            "6_f.down.sql": "drop table f",
            "7_g.up.sql": "create table g (id int)", "7_g.down.sql": "drop table g",
        ])
        #expect(
            proof.faults.map(words) == [
                "2: changed column a.id, extra index a_id", "3 missing", "4 fails in line 2", "5: extra table e",
                "5 up fails in line 1", "6: extra table f_mark", "6 up: changed column f.id",
            ])
        guard case .fails(let failure) = proof.faults[2].kind else { return }
        #expect(failure.sqlState == "42P01")
        #expect(failure.place?.file.hasSuffix("4_d.down.sql") == true)
        #expect(failure.consequence == nil && failure.remedy == nil)
        guard case .restoresNot(let findings) = proof.faults[0].kind else { return }
        #expect(findings[0].expected == "integer" && findings[0].live == "bigint")
    }

    @Test func `that spoil the database have no effect on the versions after them`() async throws {
        let proof = try await prove([
            "1_a.up.sql": "create table a (id int)", "1_a.down.sql": "drop table a",
            // Drops what version 1 made, and outside of a transaction half of it.
            "2_b.up.sql": "create table b (id int)", "2_b.down.sql": "drop table b; drop table a",
            "3_c.up.sql": "create index concurrently a_id on a (id)",
            "3_c.down.sql": "drop index concurrently a_id;\ndrop table a;\ndrop index concurrently a_id;",
            // Schemas are the same, and rows are not: without a copy that was never gone down, this one fails.
            "4_d.up.sql": "insert into a values (4)", "4_d.down.sql": "select 1",
            "5_e.up.sql": "create unique index a_once on a (id)", "5_e.down.sql": "drop index a_once",
            "6_f.up.sql": "alter table b add note text", "6_f.down.sql": "alter table b drop note",
        ])
        #expect(
            proof.faults.map(words) == ["2: missing table a", "3 fails in line 3"])
        #expect(proof.newest == Version(6) && proof.obstacle == nil)
    }

    @Test func `make and take away roles, which all databases of a server share`() async throws {
        let role = "grantee_of_downs"
        let proof = try await prove([
            "1_a.up.sql": "create role \(role); create table a (id int); grant select on a to \(role)",
            "1_a.down.sql": "drop table a; drop role \(role)",
            "2_b.up.sql": "create table b (id int); grant select on b to \(role)", "2_b.down.sql": "select 1",
            "3_c.up.sql": "create table c (id int)", "3_c.down.sql": "drop table c",
        ])
        #expect(proof.faults.map(words) == ["2: extra table b", "2 up fails in line 1"])
        #expect(proof.newest == Version(3))
    }

    @Test func `that are known are not run again`() async throws {
        var files = [
            "1_a.up.sql": "create table a (id int)", "1_a.down.sql": "select 1",
            "2_b.up.sql": "create table b (id int)", "2_b.down.sql": "drop table b",
        ]
        let first = try await prove(files)
        #expect(first.faults.map(words) == ["1: extra table a", "1 up fails in line 1"])
        // What is different now below the known version would be found if it were run.
        files["2_b.down.sql"] = "select 1"
        files["3_c.up.sql"] = "create table c (id int)"
        files["3_c.down.sql"] = "drop table b, c"
        let second = try await prove(files, after: first)
        #expect(second.faults.map(words) == first.faults.map(words) + ["3: missing table b"])
        #expect(second.newest == Version(3))
    }

    @Test func `end where an up fails, with what was found before`() async throws {
        let files = [
            "1_a.up.sql": "create table a (id int)", "1_a.down.sql": "select 1",
            "2_b.up.sql": "select no_such_function()", "2_b.down.sql": "select 1",
            "3_c.up.sql": "select 1",
        ]
        let proof = try await prove(files)
        #expect(proof.faults.map(words) == ["1: extra table a", "1 up fails in line 1"])
        #expect(proof.newest == Version(1))
        #expect(proof.obstacle != nil)
        await #expect(throws: ScratchError.self) {
            _ = try await prove(["1_a.up.sql": "select no_such_function()", "1_a.down.sql": "select 1"])
        }
    }

    @Test func `are found in files of other tools, too`() async throws {
        let proof = try await prove(
            [
                "1_a.sql": "-- +goose Up\ncreate table a (id int);\n-- +goose Down\ndrop table a;\n",
                "2_b.sql": "-- +goose Up\ncreate table b (id int);\n-- +goose Down\ndrop table no_such_table;\n",
            ], layout: .goose)
        #expect(proof.faults.map(words) == ["2 fails in line 4"])
    }
}
