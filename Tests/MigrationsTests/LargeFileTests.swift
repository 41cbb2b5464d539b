import FleetModel
import FoundationEssentials
import Glibc
import Migrations
import SQL
import TestSupport
import Testing

@Suite("Large and hostile files") struct LargeFileTests {
    private static let samples: [(Layout, String, String)] = [
        (.golangMigrate, "1_a.up.sql", ""), (.dbmate, "1_a.sql", "-- migrate:up\n"),
        (.goose, "1_a.sql", "-- +goose Up\n"),
        (.flyway, "V1__a.sql", ""),
    ]

    /// The others are smaller, as tests are not optimised: what they share is in the first.
    @Test(arguments: zip(samples, [50_000, 1000, 1000, 1000]))
    func `a file of fifty megabytes is loaded in a moment`(sample: (Layout, String, String), rows: Int) async throws {
        let (layout, name, head) = sample
        let row = Data(("('" + String(repeating: "x", count: 1000) + "'),\n").utf8)
        var text = Data((head + "insert into t values\n").utf8)
        for _ in 0..<rows { text.append(row) }
        text.append(Data("('end');\n-- migrate:down\n-- +goose Down\n".utf8))
        try await withFiles([:]) { directory in
            try text.write(to: URL(filePath: directory + "/" + name))
            let clock = ContinuousClock()
            var checksum: String?
            let time = try clock.measure {
                checksum = try MigrationSet.load(directory: directory, layout: layout).migration(1)?.up?.checksum
            }
            #expect(checksum?.count == 64)
            #expect(time < .seconds(60))
        }
    }

    @Test(arguments: [Layout.dbmate, .goose, .flyway])
    func `a thousand versions of every layout are loaded`(layout: Layout) async throws {
        let text = "-- migrate:up\n-- migrate:down\n"
        let goose = "-- +goose Up\n-- +goose Down\n"
        try await withFiles(["text": layout == .goose ? goose : text]) { directory in
            for version in 1001...2000 {
                let names = layout == .flyway ? ["V\(version)__t.sql", "U\(version)__t.sql"] : ["\(version)_t.sql"]
                for name in names { symlink("text", "\(directory)/\(name)") }
            }
            let set = try MigrationSet.load(directory: directory, layout: layout)
            #expect(set.versions.count == 1000)
            #expect(try set.route(from: 2000, to: 1990).steps.count == 10)
        }
    }

    @Test(arguments: samples)
    func `bytes that are no text are refused with their line on disk`(
        layout: Layout, name: String, head: String
    ) async throws {
        for (bad, reason) in [([UInt8(0xFF)], SQLError.Reason.notUTF8), ([0], .nulByte)] {
            try await withFiles([:]) { directory in
                let bytes = Array((head + "select 1;\nselect '").utf8) + bad + Array("';\n-- migrate:down\n".utf8)
                try Data(bytes).write(to: URL(filePath: directory + "/" + name))
                let set = try MigrationSet.load(directory: directory, layout: layout)
                let error = #expect(throws: MigrationsError.self) { try set.route(from: nil, to: 1) }
                guard case .unrunnable(_, let found) = error?.reason else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(found == SQLError(reason: reason, place: TextPlace(line: head.isEmpty ? 2 : 3, column: 9)))
            }
        }
    }

    @Test(arguments: 0..<4)
    func `no name of a file crashes, and what is read is named again by its own parts`(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let pieces = [
            "1", "007", "9223372036854775807", "9223372036854775808", "99999999999999999999", "_", "__", ".", ".up.",
            ".down.",
            "up", "V", "U", "R", "B", ".sql", ".SQL", ".go", "é", "😀", " ", "\u{202E}", "-", "'", "\"", "before", "١",
            "..",
        ]
        for _ in 0..<60 {
            let name = (0..<Int.random(in: 1...6, using: &random))
                .compactMap { _ in pieces.randomElement(using: &random) }.joined()
            guard name != ".", name != ".." else { continue }
            try await withFiles([name: "-- migrate:up\n-- +goose Up\n-- migrate:down\n"]) { directory in
                for layout in Layout.allCases {
                    guard let set = try? MigrationSet.load(directory: directory, layout: layout) else { continue }
                    let file = try #require(set.migrations.first.flatMap { $0.up ?? $0.down })
                    #expect(file.name == name)
                    #expect(Version(text: file.versionText) == file.version)
                    #expect(name.contains(file.versionText) && name.contains(file.title), "\(name)")
                }
            }
        }
    }
}
