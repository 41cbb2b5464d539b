import FleetModel
import Testing

@testable import Migrations

@Suite("Names of migration files") struct FileNameTests {
    @Test(arguments: [
        ("1_a.up.sql", "1", "a", Direction.up),
        ("001_a.down.sql", "001", "a", .down),
        ("8_a.up.down.sql", "8", "a.up", .down),
        ("8_a.down.up.sql", "8", "a.down", .up),
        ("8_.up.up.sql", "8", ".up", .up),
        ("6_.up.sql", "6", "", .up),
        ("7_x.up.", "7", "x", .up),
        ("7_x.up.sql.bak", "7", "x", .up),
        ("7_x.up.txt", "7", "x", .up),
        ("20240101120000_add users.up.sql", "20240101120000", "add users", .up),
        ("3_größe.up.sql", "3", "größe", .up),
        ("99999999999999999999_x.up.sql", "99999999999999999999", "x", .up),
    ])
    func `a migration's name is read as golang-migrate reads it`(
        name: String, digits: String, title: String, direction: Direction
    ) throws {
        let parsed = try #require(FileName(name))
        #expect(String(parsed.digits) == digits)
        #expect(parsed.title == title)
        #expect(parsed.direction == direction)
    }

    @Test(arguments: [
        "003_x.sql", "notes.txt", ".1_a.up.sql", "1_a.UP.sql", "V1_a.up.sql", "-1_a.up.sql", "1a.up.sql", "_a.up.sql",
        "1_up.sql", "1_a.up", "1.up.sql", "١_a.up.sql", "1_a\nb.up.sql", "", "1_",
    ])
    func `any other name is not a migration's`(name: String) {
        #expect(FileName(name) == nil)
    }
}
