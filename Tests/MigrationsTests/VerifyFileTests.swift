import FleetModel
import FoundationEssentials
import Migrations
import Testing

@Suite("Files that verify a migration") struct VerifyFileTests {
    private let files = [
        "1_a.up.sql": "select 1", "1_a.down.sql": "select 2", "1_a.verify.sql": "select true", "2_b.up.sql": "",
    ]

    private func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    @Test func `belong to their version and are no migration of their own`() async throws {
        try await withFiles(files) { directory in
            let set = try MigrationSet.load(directory: directory)
            #expect(set.versions == [1, 2])
            #expect(set.migration(1)?.verification?.text == "select true")
            #expect(set.migration(2)?.verification == nil)
            let strays = set.findings.filter { $0.kind == .strayFile }
            #expect(strays.isEmpty)
        }
    }

    @Test func `are found where there is nothing that they could verify`() async throws {
        try await withFiles(files.merging(["7_x.verify.sql": "select true"]) { $1 }) { directory in
            let strays = try MigrationSet.load(directory: directory).findings.filter { $0.kind == .strayFile }
            #expect(strays.count == 1)
            #expect(strays.first?.file.hasSuffix("7_x.verify.sql") == true)
        }
    }

    @Test func `are refused where two verify one version`() async throws {
        try await withFiles(files.merging(["1_other.verify.sql": "select true"]) { $1 }) { directory in
            _ = #expect(throws: MigrationsError.self) { try MigrationSet.load(directory: directory) }
        }
    }

    @Test func `are in pgfleet.sum like migrations`() async throws {
        try await withFiles(files) { directory in
            let sum = DirectorySum(try MigrationSet.load(directory: directory))
            #expect(sum.files.map(\.name) == ["1_a.down.sql", "1_a.up.sql", "1_a.verify.sql", "2_b.up.sql"])
            _ = try sum.write(to: directory)
            let before = try MigrationSet.load(directory: directory).findings.filter { $0.kind == .unhashed }
            #expect(before.isEmpty)
            try write("select 1 = 1", directory + "/1_a.verify.sql")
            let after = try MigrationSet.load(directory: directory).findings.filter { $0.kind == .unhashed }
            #expect(after.count == 1)
            #expect(after.first?.file.hasSuffix("1_a.verify.sql") == true)
        }
    }
}
