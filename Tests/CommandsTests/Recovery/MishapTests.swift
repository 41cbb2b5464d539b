import Foundation
import LocalServers
import TestSupport
import Testing

/// Every row of docs/recovery.md, on a real server, with the real sequence of statements of the tool that makes it so.
@Suite("A database that got dirty") struct MishapTests {
    @Test(arguments: Mishap.all)
    func `is told to the statement, and recovered only to what its schema proves`(mishap: Mishap) async throws {
        let files = Mishap.library.merging(mishap.files) { $1 }.filter { !$0.value.isEmpty }
        try await withFleet(of: 2, files) { fleet, databases in
            let database = databases[0]
            var text = FleetText(production: [database])
            text.defaults.append("timeouts: {connect: 5s, lock: 1s, statement: 1m, lock_wait: 5s}")
            text.defaults.remove(at: 1)
            try fleet.write(text, files)
            try await OtherTool(database: database).up(to: 1, of: files)
            try await mishap.happen(database, files)
            let (row, schema) = (try await database.state().version, try await database.dump())
            #expect(row.hasSuffix("dirty"))

            let looked = try await fleet.run("recover", "--output", "json")
            #expect(looked.code == 3, "\(looked.everything)")
            let found = try #require(try looked.document()["targets"].elements.first)
            let summary = found["summary"].elements.compactMap(\.string).joined(separator: " ")
            #expect(found["verdict"].string == mishap.verdict, "\(looked.everything)")
            #expect(summary.contains(mishap.says), "\(summary)")
            #expect(found["unprovable"].elements.compactMap { $0["statement"].integer } == mishap.unprovable)
            if let object = mishap.differs {
                let names = found["nearest"]["differences"].elements.compactMap { $0["name"].string }
                #expect(names.contains(object), "\(names)")
            }
            try await expectUnchanged(database, row, schema)

            if mishap.triesAutomatic {
                let automatic = try await fleet.run("recover", "--auto")
                #expect(automatic.code == (mishap.isAutomatic ? 0 : 3), "\(automatic.everything)")
            }
            if !mishap.isAutomatic { try await expectUnchanged(database, row, schema) }
            guard let way = mishap.way else {
                let applied = try await fleet.run("recover", "--apply", "--yes")
                #expect(applied.code == 3, "\(applied.everything)")
                try await expectUnchanged(database, row, schema)
                return
            }
            if !mishap.isAutomatic {
                let applied = try await fleet.run(
                    "recover", "--apply", "--yes", "--way", way, "--reason", "as the runbook says")
                #expect(applied.code == 0, "\(applied.everything)")
                #expect(
                    try await database.psql(
                        "SELECT direction, title FROM pgfleet.history WHERE direction = 'force'")
                        == "force|recover: \(way): as the runbook says")
            }
            #expect(try await database.state().version == mishap.version)
            try await expectSchema(of: mishap.version, database, comparedIn: databases[1], files)
            let status = try await fleet.run("recover")
            #expect(status.code == 0, "\(status.everything)")
        }
    }

    @Test func `is in the table of docs slash recovery, and nothing else is`() throws {
        let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/recovery.md")
        let text = String(decoding: try Data(contentsOf: docs), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.compactMap {
            $0.split(separator: "|").first.map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(rows.count >= 14)
        for mishap in Mishap.all { #expect(rows.contains(mishap.name), "\(mishap.name)") }
    }

    private func expectUnchanged(_ database: TestDatabase, _ row: String, _ schema: String) async throws {
        #expect(try await database.state().version == row)
        #expect(try await database.dump() == schema)
    }

    /// The version table says a version, and so does the schema: that of a database which went there without a mishap.
    private func expectSchema(
        of version: String, _ database: TestDatabase, comparedIn other: TestDatabase, _ files: [String: String]
    ) async throws {
        let number = Int(version.prefix { $0.isNumber }) ?? 0
        try await OtherTool(database: other).up(to: number, of: files)
        #expect(try await database.dump() == (try await other.dump()))
    }
}

extension TestDatabase {
    /// The schema as pg_dump has it, without the version table and what pgfleet keeps: by someone who knows nothing of the
    /// code under test.
    func dump() async throws -> String {
        let binaries = try await PostgresBinaries.find()
        let text = try await Program(
            binaries.directory + "/pg_dump",
            [
                "-h", server.host, "-p", "\(server.port)", "-U", "postgres", "-s", "-n", "public", "-T",
                "schema_migrations",
                name,
            ]
        ).output()
        // A key that each dump draws anew.
        return text.split(separator: "\n").filter { !$0.hasPrefix("\\") && !$0.hasPrefix("--") }.joined(separator: "\n")
    }
}
