import TestSupport
import Testing

/// What `recover` says where a number of statements is one, none or many.
@Suite("The words of recover") struct RecoveryWordsTests {
    struct Case: Sendable, CustomStringConvertible {
        let file: [String]
        /// What of it is in, by number.
        let done: [Int]
        let says: String
        /// How the ways are explained; the order is theirs.
        var ways: [String] = []
        var description: String { says }
    }

    private static let loans = "CREATE TABLE loans (id int)"
    private static let index = "CREATE INDEX loans_id ON loans (id)"
    private static let view = "CREATE VIEW ids AS SELECT id FROM loans"
    private static let insert = "INSERT INTO books VALUES (7, 'Emma')"
    private static let update = "UPDATE books SET title = 'Emma'"

    static let cases = [
        Case(
            file: [loans, index, view], done: [1],
            says: "2 failed at statement 2 of 3: statement 1 is in, statements 2 to 3 are not. Nothing of 3 is in.",
            ways: ["finish: run statements 2 to 3 in one transaction, then record version 2 as clean"]),
        Case(
            file: [loans, index, view], done: [1, 2],
            says: "2 failed at statement 3 of 3: statements 1 to 2 are in, statement 3 is not. Nothing of 3 is in.",
            ways: ["finish: run statement 3 in one transaction, then record version 2 as clean"]),
        Case(
            file: [loans, insert], done: [1],
            says: "2 failed at statement 2 of 2, or all of it is in: statement 1 is in; whether statement 2 ran, "
                + "no schema shows.",
            ways: [
                "clean-2: run nothing, and record version 2 as clean",
                "finish: run statement 2 in one transaction, then record version 2 as clean",
                "whether statement 2 ran, no schema shows", "Not to be proven by a schema, whether it ran:",
            ]),
        Case(
            file: [loans, insert, update], done: [1],
            says: "2 failed at one of the statements 2 to 3 of 3, or all of it is in: statement 1 is in; whether "
                + "statements 2 to 3 ran, no schema shows.",
            ways: ["whether statements 2, 3 ran, no schema shows", "Not to be proven by a schema, whether they ran:"]),
        Case(
            file: [loans, insert, index], done: [1],
            says:
                "2 failed at one of the statements 2 to 3 of 3: statement 1 is in; whether statement 2 ran, no schema "
                + "shows."),
        Case(
            file: [insert, loans], done: [],
            says:
                "2 failed at one of the statements 1 to 2 of 2: nothing of it shows; whether statement 1 ran, no schema "
                + "shows."),
        Case(
            file: [loans], done: [1],
            says:
                "The one statement of 2 is in: the schema is exactly that of version 2, and only the record is missing."
        ),
        Case(
            file: [loans, index], done: [1, 2],
            says:
                "All 2 statements of 2 are in: the schema is exactly that of version 2, and only the record is missing."
        ),
        Case(
            file: ["CREATE INDEX CONCURRENTLY books_id ON books (id)", loans], done: [1],
            says: "2 failed at statement 2 of 2: statement 1 is in, statement 2 is not. Nothing of 3 is in."),
    ]

    @Test(arguments: cases) func `say one statement as one`(example: Case) async throws {
        let files = Mishap.library.merging([
            "2_loans.up.sql": example.file.map { $0 + ";\n" }.joined(), "2_loans.down.sql": "DROP TABLE loans;\n",
        ]) { $1 }
        try await withFleet(of: 1, files) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 1, of: files)
            for number in example.done { try await databases[0].psql(example.file[number - 1]) }
            try await databases[0].psql(OtherTool.setting(2, isDirty: true))
            let result = try await fleet.run("recover")
            let lines = result.output.split(separator: "\n").map { $0.trimming { " 0123456789.".contains($0) } }
            #expect(result.output.contains("\n  \(example.says)\n"), "\(result.everything)")
            for way in example.ways { #expect(lines.contains(way), "\(result.everything)") }
        }
    }

    @Test func `say that one statement which someone tells of is not believed`() async throws {
        try await withFleet(of: 1, Mishap.library) { fleet, databases in
            try await OtherTool(database: databases[0]).up(to: 1, of: Mishap.library)
            try await databases[0].psql(OtherTool.setting(2, isDirty: true))
            let result = try await fleet.run("recover", "--done", "1")
            #expect(
                result.output.contains(
                    "no hypothesis in which 1 of the statements lasted has the target's schema, so that was not believed"
                ),
                "\(result.everything)")
        }
    }
}

extension Substring {
    fileprivate func trimming(_ isCut: (Character) -> Bool) -> String { String(drop(while: isCut)) }
}
