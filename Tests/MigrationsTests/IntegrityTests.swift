import FleetModel
import FoundationEssentials
import Migrations
import Testing

@Suite("pgfleet.sum") struct DirectorySumTests {
    private let files = [
        "1_a.up.sql": "select 1", "1_a.down.sql": "select 2", "2_b.up.sql": "select 3", "2_b.down.sql": "",
    ]

    /// The findings after the sum was written and the files were changed, without the directory.
    private func findings(_ change: (String) throws -> Void) async throws -> [String] {
        try await withFiles(files) { directory in
            _ = try DirectorySum(try MigrationSet.load(directory: directory)).write(to: directory)
            try change(directory)
            return try MigrationSet.load(directory: directory).findings.filter { $0.kind == .unhashed }
                .map { $0.description.replacing(#/.*?\/pgfleet-files-[^\/]*\/+/#, with: "") }
        }
    }

    private func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    @Test func `finds nothing where nothing was changed, and is the same when written again`() async throws {
        let unchanged = try await findings { directory in
            let sum = DirectorySum(try MigrationSet.load(directory: directory))
            let isNew = try sum.write(to: directory).isNew
            #expect(!isNew)
        }
        #expect(unchanged.isEmpty)
    }

    @Test func `names each file that was edited, added, removed or renamed`() async throws {
        let found = try await findings { directory in
            try write("select 4", directory + "/1_a.up.sql")
            try FileManager.default.moveItem(atPath: directory + "/2_b.up.sql", toPath: directory + "/3_b.up.sql")
            try FileManager.default.removeItem(atPath: directory + "/2_b.down.sql")
            try write("select 9", directory + "/9_z.up.sql")
        }
        #expect(
            Set(found) == [
                "1_a.up.sql: was edited since pgfleet.sum was written. If that is meant, write it anew: pgfleet hash",
                "3_b.up.sql: was called 2_b.up.sql since pgfleet.sum was written. If that is meant, write it anew: pgfleet hash",
                "2_b.down.sql: is not there any more since pgfleet.sum was written. If that is meant, write it anew: pgfleet hash",
                "9_z.up.sql: was added since pgfleet.sum was written. If that is meant, write it anew: pgfleet hash",
            ])
    }

    @Test func `that was merged by hand or is none is found`() async throws {
        let merged = try await findings { directory in
            let path = directory + "/pgfleet.sum"
            let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            let first = String(repeating: "0", count: 64)
            try write(text.replacing(#/pgfleet.sum 1 [0-9a-f]+/#, with: "pgfleet.sum 1 \(first)"), path)
        }
        #expect(merged.count == 1)
        #expect(merged.first?.contains("its first line does not fit") == true)
        for text in ["", "<<<<<<< HEAD\n# pgfleet.sum 1 x\n", "# pgfleet.sum 1 x\n<<<<<<< HEAD\n"] {
            let broken = try await findings { try write(text, $0 + "/pgfleet.sum") }
            #expect(broken.count == 1)
            #expect(broken.first?.contains("is not as pgfleet writes it") == true)
        }
    }

    @Test func `holds the files of every layout, with those beside them`() async throws {
        try await withFiles(["V1__a.sql": "select 1", "V1__a.sql.conf": "executeInTransaction=false", "notes.txt": ""])
        {
            let set = try MigrationSet.load(directory: $0, layout: .flyway)
            let names = DirectorySum(set).files.map(\.name)
            #expect(names == ["V1__a.sql", "V1__a.sql.conf"])
        }
    }
}

/// The sums were computed by Atlas's rule, which was checked against sums in Atlas's own repository.
@Suite("atlas.sum") struct AtlasSumTests {
    private let sum = """
        h1:mQXZj99r5Dyt2+HXG2GNEDZB3Qm0Wg2s4wsSQyYGtP8=
        1_a.up.sql h1:T1okkJ+GGX8NSmCHZCdkJnCNvIZHoimdpZ2rfZD83zU=
        2_b.up.sql h1:HGLhOEusHSqslgbquJSf2cSlRWMsP850vk4XpM9CQNo=

        """
    private let files = ["1_a.up.sql": "select 1;\n", "1_a.down.sql": "select 2;\n", "2_b.up.sql": "select 3;\n"]

    private func findings(_ changed: [String: String?]) async throws -> [String] {
        var files = files
        files["atlas.sum"] = sum
        for (name, text) in changed { files[name] = text }
        return try await set(of: files).findings.filter { $0.kind == .unhashed }
            .map { $0.description.replacing(#/.*?\/pgfleet-files-[^\/]*\/+/#, with: "") }
    }

    @Test func `of the files as they are finds nothing`() async throws {
        let asTheyAre = try await findings([:])
        #expect(asTheyAre.isEmpty)
        let down = try await findings(["1_a.down.sql": "select 5;"])
        #expect(down.isEmpty)
    }

    @Test(
        arguments: [
            (["1_a.up.sql": "select 9;\n"], "1_a.up.sql: was edited since atlas.sum"),
            (["2_b.up.sql": "select 9;\n"], "2_b.up.sql: was edited since atlas.sum"),
            (["2_b.up.sql": nil], "2_b.up.sql: is not there any more since atlas.sum"),
            (["3_c.up.sql": ""], "3_c.up.sql: was added since atlas.sum"),
            (["atlas.sum": "nothing"], "atlas.sum: is not as Atlas writes it"),
        ] as [([String: String?], String)])
    func `names what is not as it was`(changed: [String: String?], message: String) async throws {
        let found = try await findings(changed)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(message) == true, "\(found)")
    }
}
