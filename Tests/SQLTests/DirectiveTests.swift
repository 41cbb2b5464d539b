import FleetModel
import SQL
import Testing

@Suite("Directives in a file") struct DirectiveTests {
    private func read(_ text: String) throws -> Directives { try Script(Array(text.utf8)).directives }

    @Test func `every directive is read, several in a line and in several lines`() throws {
        let directives = try read(
            """
            -- A heavy index. pgfleet: this is not one
            -- pgfleet: transaction=off, lock_timeout=500ms statement_timeout=20m
            /* between */
            --PGFLEET: retry=off,progress=off
              --   pgfleet: per_host=2 concurrency=4, delay=500ms alone=on\r
            create index concurrently i on t (a);
            """)
        #expect(directives.transaction == false)
        #expect(directives.lockTimeout == LockTimeout(.milliseconds(500)))
        #expect(directives.statementTimeout == StatementTimeout(.seconds(1200)))
        #expect(!directives.isRetried)
        #expect(!directives.keepsProgress)
        #expect(directives.limits == StepLimits(perHost: 2, concurrency: 4, delaySeconds: 0.5, isAlone: true))
    }

    @Test(arguments: [
        "select 1", "-- a comment\nselect 1", "", "select '-- pgfleet: x=1'", "select $$\n-- pgfleet: x\n$$",
    ])
    func `without any, nothing is asked for`(text: String) throws {
        let directives = try read(text)
        #expect(directives.transaction == nil)
        #expect(directives.limits == nil)
        #expect(directives.isRetried)
    }

    @Test func `they are read in a text that the grammar cannot read`() throws {
        let script = try Script(Array("-- pgfleet: lock_timeout=1s\ncreate table t (a int) using".utf8))
        #expect(script.refusal != nil)
        #expect(script.directives.lockTimeout == LockTimeout(.seconds(1)))
    }

    @Test(arguments: [
        ("-- pgfleet: transactoin=off\nselect 1", "'transactoin' is no directive; did you mean `transaction`?", 1, 13),
        ("-- é\n  -- pgfleet: alone=on retry\nselect 1", "'retry' is no directive; a directive is NAME=VALUE", 2, 24),
        (
            "-- pgfleet: lock_timeout=5",
            "lock_timeout is a time like 250ms, 2s or 15m and not '5'; it needs a unit: 5s", 1, 13
        ),
        ("-- pgfleet: per_host=0", "per_host is a number from 1", 1, 13),
        ("-- pgfleet: alone=yes", "alone is on or off and not 'yes'", 1, 13),
        ("-- pgfleet:\nselect 1", "no directive; write for example", 1, 12),
        ("select 1;\n-- pgfleet: alone=on\nselect 2", "directives stand before the first statement", 2, 12),
        ("select 1; -- pgfleet: alone=on", "directives stand before the first statement", 1, 22),
        ("-- pgfleet: transaction=on\nvacuum", "transaction=on, but a statement cannot run in one", 2, 1),
    ])
    func `one that cannot be followed is an error with its place`(
        text: String, why: String, line: Int, column: Int
    ) throws {
        let error = #expect(throws: SQLError.self) { try read(text) }
        #expect(error?.description.contains(why) == true, "\(String(describing: error))")
        #expect(error?.place == TextPlace(line: line, column: column))
    }

    @Test func `one within a comment of several lines is for people`() throws {
        let text = "/*\n-- pgfleet: transaction=off, nonsense\n /* nested */\n-- pgfleet: alone=on\n*/\n"
        let directives = try read(text + "/* a */ -- pgfleet: lock_timeout=1s\nselect 1;\n/*\n-- pgfleet: alone=on\n*/")
        #expect(directives.transaction == nil)
        #expect(directives.limits == nil)
        #expect(directives.lockTimeout == LockTimeout(.seconds(1)))
    }
}
