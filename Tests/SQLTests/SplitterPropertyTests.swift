import SQL
import TestSupport
import Testing

/// Random texts of tricky pieces, from fixed seeds so that a failure can be had again.
@Suite("Splitting any text") struct SplitterPropertyTests {
    private static let valid = [
        "select 1", "select 'a;b'", "select E'it\\'s; ok'", "select $$;$$", "select $a$ $$ ; $b$ $a$",
        "/* ; /* ; */ ; */",
        "-- ; comment\n", "\n", " ", "\r\n", "\t", "select \"a;\"\"b\"", "select U&'\\0441;'", "begin", "commit",
        "create function f() returns int language sql begin atomic select 1; select 2; end",
        "do $x$ begin perform 1; end $x$", "select 'é;€😀'", "select 1 -- tail", "insert into t values ('--', '/*')",
    ]
    private static let invalid = [
        "\\c other", "\\copy t from x", "select '", "$a$", "/* open", "E'\\", "\"", ":x", ":'y'", "copy t from stdin",
        "selec",
        "\\.", "\u{202E}", "''", "$1", "@@", "é", "😀", "(", ")", "--", "U&\"", "B'2'",
    ]

    @Test(arguments: 0..<8)
    func `the statements cover all that is neither space nor comment, and each is one again`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<150 {
            let pieces = (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in
                Self.valid.randomElement(using: &random)
            }
            // A comment to the line's end would swallow the semicolon after it.
            let text = pieces.map { $0 + "\n;" }.joined(separator: " ")
            let script = try Script(Array(text.utf8), runsInTransaction: false)
            guard script.refusal == nil else {
                Issue.record("not read: \(text)")
                continue
            }
            var covered = Set<Int>()
            var end = 0
            for statement in script.statements {
                #expect(statement.range.lowerBound >= end)
                end = statement.range.upperBound
                covered.formUnion(statement.range)
                let again = try Script(Array(script.text(of: statement).utf8), runsInTransaction: false)
                #expect(again.statements.count == 1, "\(script.text(of: statement))")
                #expect(again.statements.first?.kind == statement.kind)
            }
            let written = pieces.filter { $0.first?.isLetter == true }
            #expect(script.statements.count == written.count)
            let left = text.utf8.enumerated().filter { !covered.contains($0.offset) }.map(\.element)
            let rest = try Script(left)
            #expect(
                rest.statements.isEmpty && rest.refusal == nil, "left over: \(String(decoding: left, as: UTF8.self))")
        }
    }

    @Test(arguments: 0..<8)
    func `no text crashes, and every place lies within it`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
                (Bool.random(using: &random) ? Self.valid : Self.invalid).randomElement(using: &random)
            }.joined(separator: [";", " ", "", "\n"].randomElement(using: &random) ?? "")
            let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            guard let script = try? Script(Array(text.utf8)) else { continue }
            if let refusal = script.refusal { #expect((1...lines).contains(refusal.place.line)) }
            for statement in script.statements {
                #expect(statement.range.upperBound <= text.utf8.count)
                #expect((1...lines).contains(statement.place.line))
            }
        }
    }

    @Test(arguments: 0..<4)
    func `no bytes crash`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(2000 + seed))
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? Script(bytes)
        }
    }

    @Test func `a body of twenty thousand statements is read in a moment`() throws {
        let text = String(repeating: "select ';';\n", count: 20_000)
        let clock = ContinuousClock()
        var script: Script?
        let time = try clock.measure { script = try Script(Array(text.utf8)) }
        #expect(script?.statements.count == 20_000)
        #expect(script?.statements.last?.place == TextPlace(line: 20_000, column: 1))
        #expect(time < .seconds(60))
    }
}
