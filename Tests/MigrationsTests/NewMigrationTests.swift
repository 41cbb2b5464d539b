import FleetModel
import FoundationEssentials
import Migrations
import Testing

@Suite("Writing a new migration") struct NewMigrationTests {
    /// Writes the files and returns their names.
    private func written(_ new: NewMigration, at seconds: Int? = nil) throws -> [Substring] {
        try new.write(secondsSince1970: seconds).compactMap { $0.split(separator: "/").last }
    }

    @Test func `the version is the time in UTC`() async throws {
        try await withFiles([:]) { directory in
            let new = NewMigration(title: "add_users", directory: directory + "/deep/er")
            let names = try written(new, at: 1_709_210_096)
            #expect(names == ["20240229123456_add_users.up.sql", "20240229123456_add_users.down.sql"])
        }
    }

    @Test func `a clock that was set back makes no version that would be passed over`() async throws {
        try await withFiles(["20250101000000_later.up.sql": ""]) { directory in
            let new = NewMigration(title: "earlier", directory: directory)
            let error = #expect(throws: MigrationsError.self) { try new.write(secondsSince1970: 1_709_210_096) }
            let newest = try #require(Version(text: "20250101000000"))
            #expect(error?.reason == .clockBehind(version: "20240229123456", newest: newest))
            let numbered = NewMigration(title: "next", directory: directory, numbering: .sequence(digits: 14))
            #expect(try written(numbered).first == "20250101000001_next.up.sql")
        }
    }

    @Test(arguments: [
        ("20060102150405", "20240229123456"), ("200601021504", "202402291234"), ("060102", "240229"),
        ("0405", "3456"),
    ])
    func `the time may be written by another layout of Go's`(layout: String, version: String) async throws {
        try await withFiles([:]) { directory in
            let new = NewMigration(title: "a", directory: directory, numbering: .time(layout: layout))
            let names = try written(new, at: 1_709_210_096)
            #expect(names.first == "\(version)_a.up.sql")
        }
    }

    @Test(arguments: ["", "2006-01-02", "Jan", "20060102T150405", "7"])
    func `a layout that gives more than digits is refused`(layout: String) async throws {
        try await withFiles([:]) { directory in
            let new = NewMigration(title: "a", directory: directory, numbering: .time(layout: layout))
            let error = #expect(throws: MigrationsError.self) { try new.write(secondsSince1970: 0) }
            #expect(error?.reason == .unusableLayout(layout))
        }
    }

    @Test func `the version may be the seconds or the nanoseconds since 1970, and the clock another zone's`()
        async throws
    {
        try await withFiles([:]) { directory in
            let unix = NewMigration(title: "a", directory: directory, numbering: .unix)
            let seconds = try written(unix, at: 1_709_210_096)
            #expect(seconds.first == "1709210096_a.up.sql")
            let nanoseconds = NewMigration(title: "b", directory: directory, numbering: .unixNano)
            let name = try written(nanoseconds, at: 1_709_210_096).first
            #expect(name?.wholeMatch(of: /1709210096[0-9]{9}_b\.up\.sql/) != nil)
            let zoned = NewMigration(title: "c", directory: directory, secondsFromUTC: 3600)
            let zone = try written(zoned, at: 1_709_210_096)
            #expect(zone.first == "20240229133456_c.up.sql")
        }
    }

    @Test func `a sequence goes on after the largest number and not after the last name`() async throws {
        try await withFiles(["9_a.up.sql": "", "10_b.up.sql": "", "zzz.sql": ""]) { directory in
            let new = NewMigration(title: "c", directory: directory, numbering: .sequence(digits: 6))
            let names = try written(new)
            #expect(names == ["000011_c.up.sql", "000011_c.down.sql"])
            let next = try written(new)
            #expect(next == ["000012_c.up.sql", "000012_c.down.sql"])
        }
    }

    @Test func `a version that exists is not written again`() async throws {
        try await withFiles(["19700101000000_a.down.sql": "x"]) { directory in
            let new = NewMigration(title: "b", directory: directory)
            let error = #expect(throws: MigrationsError.self) { try new.write(secondsSince1970: 0) }
            #expect(error?.reason == .versionExists(19_700_101_000_000, file: "19700101000000_a.down.sql"))
        }
    }

    @Test(arguments: ["", "a/b", "a.up.b", "a\nb"])
    func `a title that would not be read back is refused`(title: String) async throws {
        try await withFiles([:]) { directory in
            let new = NewMigration(title: title, directory: directory)
            let error = #expect(throws: MigrationsError.self) { try new.write() }
            #expect(error?.reason == .unusableTitle(title))
        }
    }

    @Test func `a sequence that has run out of digits says so`() async throws {
        try await withFiles(["99_a.up.sql": ""]) { directory in
            let new = NewMigration(title: "b", directory: directory, numbering: .sequence(digits: 2))
            let error = #expect(throws: MigrationsError.self) { try new.write() }
            #expect(error?.reason == .tooFewDigits(next: 100, digits: 2))
        }
    }
}
