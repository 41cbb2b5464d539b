import Postgres
import Testing

@Suite("Quoting") struct QuotingTests {
    private static let texts = [
        "plain", "it's", #"a\b"#, #"\'; drop table t; --"#, "ü\"x\"", "'\u{301}", "", "two\nlines",
    ]

    @Test(arguments: texts, ["on", "off"])
    func `a literal reads back as it was`(text: String, conforming: String) async throws {
        let connection = try await ThrowAwayServer.connect()
        let results = try await connection.run(
            "set standard_conforming_strings = \(conforming); set backslash_quote = off; select \(quotedLiteral(text))")
        #expect(results[2].firstValue == text)
    }

    @Test(arguments: texts.filter { !$0.isEmpty })
    func `a name reads back as it was`(text: String) async throws {
        let connection = try await ThrowAwayServer.connect()
        #expect(try await connection.run("select 1 as \(quotedIdentifier(text))")[0].columns == [text])
    }
}
