import FleetModel
import FoundationEssentials
import Glibc
import Migrations
import SQL
import Testing

@Suite("A directory of migrations") struct MigrationSetTests {
    @Test func `versions are in numeric order and leading zeros do not matter`() async throws {
        let set = try await set(of: ["10_c.up.sql": "", "9_b.up.sql": "", "0001_a.up.sql": "", "1_a.down.sql": ""])
        #expect(set.versions == [1, 9, 10])
        #expect(set.migration(1)?.down != nil)
        #expect(set.migration(2) == nil)
        #expect(set.newest == 10)
    }

    @Test func `two files of one version and direction are refused by both names`() async throws {
        let error = await #expect(throws: MigrationsError.self) {
            try await set(of: ["1_a.up.sql": "", "01_b.up.txt": ""])
        }
        #expect(
            error?.reason == .duplicate(version: 1, direction: .up, first: "01_b.up.txt", second: "1_a.up.sql"))
    }

    @Test func `the largest version is that of a bigint column`() async throws {
        #expect(try await set(of: ["9223372036854775807_a.up.sql": ""]).newest?.number == UInt64(Int64.max))
        for digits in ["9223372036854775808", "18446744073709551616"] {
            let error = await #expect(throws: MigrationsError.self) { try await set(of: ["\(digits)_a.up.sql": ""]) }
            guard case .versionTooLarge(let file) = error?.reason else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(file.hasSuffix("\(digits)_a.up.sql"))
        }
    }

    @Test func `a missing and an empty directory are told apart`() async throws {
        #expect(throws: MigrationsError(reason: .directoryMissing, directory: "/nowhere/at/all")) {
            try MigrationSet.load(directory: "/nowhere/at/all")
        }
        let error = await #expect(throws: MigrationsError.self) { try await set(of: ["notes.txt": ""]) }
        #expect(error?.reason == .empty(.golangMigrate))
    }

    @Test func `an SQL file that no pattern matches is a finding`() async throws {
        let set = try await set(of: [
            "1_a.up.sql": "", "1_a.down.sql": "", "003_x.sql": "", "x.SQL": "", "notes.txt": "",
        ])
        #expect(set.findings.map(\.kind) == [.strayFile, .strayFile])
        #expect(set.findings.first?.file.hasSuffix("003_x.sql") == true)
    }

    @Test func `a version without one of its files is a finding`() async throws {
        let set = try await set(of: ["1_a.up.sql": "", "2_b.down.sql": ""])
        #expect(set.findings.map(\.kind) == [.missingDown, .missingUp])
    }

    @Test func `subdirectories are passed over and links to files are used`() async throws {
        try await withFiles(["1_a.up.sql": "select 1"]) { directory in
            let files = FileManager.default
            try files.createDirectory(atPath: "\(directory)/2_b.up.sql", withIntermediateDirectories: false)
            try files.createSymbolicLink(atPath: "\(directory)/3_c.up.sql", withDestinationPath: "1_a.up.sql")
            let set = try MigrationSet.load(directory: directory)
            #expect(set.versions == [1, 3])
            #expect(set.migration(1)?.up?.checksum == set.migration(3)?.up?.checksum)
        }
    }

    @Test func `the checksum is the SHA-256 of the file's bytes`() async throws {
        let set = try await set(of: ["1_a.up.sql": "abc"])
        #expect(
            set.migration(1)?.up?.checksum == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `what is in the files is read on request and named with its place`() async throws {
        let set = try await set(of: [
            "1_a.up.sql": "select 1;\n\\i other.sql", "2_b.up.sql": "create table t (a int) using;",
            "3_c.up.sql": "\u{FEFF}select 1;\r\nselect 2", "4_d.up.sql": "begin; selec 1; commit",
        ])
        let findings = set.scriptFindings()
        #expect(findings.map(\.kind) == [.unrunnable, .unreadSQL, .unrunnable])
        #expect(findings.map(\.line) == [2, 1, 1])
        #expect(findings.map(\.column) == [1, 29, 8])
    }

    @Test func `ten thousand files are loaded and a route is found among them`() async throws {
        try await withFiles(["broken": "this is no SQL", "empty": ""]) { directory in
            for version in 1...5000 {
                // Links are made in a tenth of the time that files take.
                symlink("broken", "\(directory)/\(version)_t.up.sql")
                symlink("empty", "\(directory)/\(version)_t.down.sql")
            }
            let set = try MigrationSet.load(directory: directory)
            #expect(set.versions.count == 5000)
            #expect(try set.route(from: 4999, to: 4990).steps.count == 9)
        }
    }
}
