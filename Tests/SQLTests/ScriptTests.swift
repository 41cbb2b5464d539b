import SQL
import Testing

@Suite("Reading a script") struct ScriptTests {
    private func read(_ text: String) throws -> Script { try Script(Array(text.utf8)) }

    @Test func `statements begin after comments and white space`() throws {
        let script = try read("-- é;\r\n/* a /* ; */ */ SELECT 'ä;' ;;\r\n\tselect 2 -- end\n")
        #expect(script.statements.map(\.place) == [TextPlace(line: 2, column: 17), TextPlace(line: 3, column: 2)])
        #expect(script.statements.map { script.text(of: $0) } == ["SELECT 'ä;'", "select 2 -- end"])
        #expect(script.transactions == .one)
    }

    @Test func `a byte order mark is not part of the text and moves no column`() throws {
        let script = try Script([0xEF, 0xBB, 0xBF] + Array("select 1;\nselec 2".utf8))
        #expect(script.text.hasPrefix("select"))
        #expect(script.refusal?.place == TextPlace(line: 2, column: 1))
        #expect(try Script([0xEF, 0xBB, 0xBF] + Array("select 1".utf8)).statements.first?.place == .start)
    }

    @Test func `a syntax error has its line and its column in characters`() throws {
        let script = try read("select 'ää';\r\nselect 'é', frm, from t")
        let refusal = try #require(script.refusal)
        #expect(refusal.reason == .syntax(message: "syntax error at or near \"from\""))
        #expect(refusal.place == TextPlace(line: 2, column: 18))
        #expect(script.statements.isEmpty)
    }

    @Test(arguments: ["", " \n", "-- nothing\n", "/* nothing */", ";;"])
    func `a script may hold no statement`(text: String) throws {
        let script = try read(text)
        #expect(script.statements.isEmpty)
        #expect(script.refusal == nil)
        #expect(script.transactions == .one)
    }

    @Test func `a file that cannot run in one transaction names the first such statement`() throws {
        #expect(try read("select 1; create index concurrently i on t(a)").transactions == .outside(1))
        #expect(try read("BEGIN; create table t (a int); ROLLBACK").transactions == .own(0))
        #expect(try read("vacuum; commit").transactions == .own(1))
    }

    @Test func `a text that the grammar cannot read is searched for transaction control`() throws {
        #expect(try read("create table t (a int) using; select 1").transactions == .one)
        #expect(try read("create table t (a int) using; commit").transactions == .unknown)
        #expect(try read("create table t (a int) using; vacuum").transactions == .unknown)
        #expect(try read("select 'never closed").transactions == .unknown)
        #expect(try read("create table t (a int) using; select 'commit; vacuum'").transactions == .one)
    }

    @Test(arguments: [(#"\c other"#, #"\c"#), (#"select 1;\#n\i x.sql"#, #"\i"#)])
    func `a command of psql is called by its name`(text: String, command: String) throws {
        let script = try read(text)
        #expect(script.obstacle?.reason == .psqlCommand(command))
    }

    @Test func `what needs the client's data or drops the lock is an obstacle with its place`() throws {
        #expect(
            try read("select 1;\n  copy t from stdin;").obstacle
                == SQLError(reason: .copyThroughClient, place: TextPlace(line: 2, column: 3)))
        // The data are no SQL, and the grammar stumbles over them.
        for data in ["1\t2\n\\.\n", "\\N\tO'Reilly\n\\.\n", "a; b\n\\.\nselect 1;", "$x$\n"] {
            let text = "select 1;\n/* é */ COPY t (a, b) FROM stdin;\n" + data
            #expect(
                try read(text).obstacle
                    == SQLError(reason: .copyThroughClient, place: TextPlace(line: 2, column: 9)), "\(data)")
        }
        #expect(try read("discard all").obstacle?.reason == .releasesSessionLocks)
        #expect(try read("copy t from '/tmp/x'").obstacle == nil)
    }

    @Test func `bytes that are not text are refused with their place`() throws {
        let invalid = #expect(throws: SQLError.self) { try Script(Array("select 1;\n'a".utf8) + [0xFF, 0x61]) }
        #expect(invalid == SQLError(reason: .notUTF8, place: TextPlace(line: 2, column: 3)))
        let nul = #expect(throws: SQLError.self) { try Script(Array("select\u{0}".utf8)) }
        #expect(nul == SQLError(reason: .nulByte, place: TextPlace(line: 1, column: 7)))
    }

    @Test func `positions of the server are counted in characters`() throws {
        let script = try read("select 'ää';\nselect 1/0;")
        #expect(script.place(ofCharacter: 1) == .start)
        #expect(script.place(ofCharacter: 14) == TextPlace(line: 2, column: 1))
        #expect(script.statement(atCharacter: 22) == 1)
        #expect(script.statement(atCharacter: 5) == 0)
    }

    @Test(arguments: [
        "CREATE ROLE app LOGIN Password 'hunter2' CREATEDB",
        "CREATE SUBSCRIPTION s CONNECTION 'host=a password=hunter2' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'postgresql://u:hunter2@h/d' PUBLICATION p",
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (token E'a\\'hunter2', x $$hunter2$$) -- hunter2",
    ])
    func `an excerpt holds no password`(sql: String) throws {
        let excerpt = try #require(try Script(Array(sql.utf8)).statements.first?.excerpt)
        #expect(excerpt.hasPrefix("CREATE"))
        #expect(!excerpt.contains("hunter2"))
    }

    @Test(arguments: ["select 1 'hunter2'", "select 'a'\n'hunter2' 1 2", "select 'hunter2", "do $$ hunter2"])
    func `a syntax error quotes no string`(sql: String) throws {
        let refusal = try #require(try read(sql).refusal)
        #expect(!refusal.description.contains("hunter2"), "\(refusal)")
    }

    @Test func `an excerpt is short and cannot harm a terminal`() throws {
        let script = try read(
            "select \"\u{1b}[31m\", \"\u{202E}\"\nfrom t; select \(String(repeating: "x", count: 200))")
        #expect(script.statements[0].excerpt == #"select "\u{1b}[31m", "\u{202e}""#)
        #expect(script.statements[1].excerpt.count == 80)
        #expect(script.statements[1].excerpt.hasSuffix("…"))
    }

    @Test func `deep nesting is refused and does not crash`() throws {
        let deep = String(repeating: "(", count: 200_000) + "1" + String(repeating: ")", count: 200_000)
        #expect(try read("select \(deep)").refusal != nil)
    }
}
