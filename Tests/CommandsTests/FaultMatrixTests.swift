import Postgres
import TestSupport
import Testing

/// Every moment of a migration times everything that can break it, for a file that is one transaction and for one that is
/// not: `status` and the catalog agree afterwards, and `migrate up` then ends clean or says exactly why not.
@Suite("A migration that is hit") struct FaultMatrixTests {
    @Test(arguments: Moment.allCases, Fault.allCases)
    func `while it is one transaction is applied wholly or not at all`(moment: Moment, fault: Fault) async throws {
        try await hit(Cell(moment: moment, fault: fault, isTransactional: true))
    }

    @Test(arguments: Moment.allCases, Fault.allCases)
    func `while it runs statement by statement says how far it got`(moment: Moment, fault: Fault) async throws {
        try await hit(Cell(moment: moment, fault: fault, isTransactional: false))
    }

    private func hit(_ cell: Cell) async throws {
        guard cell.fault.endsServer else { return try await withDatabase { try await hit(cell, $0) } }
        try await withServers(1) { servers in try await hit(cell, try await servers[0].createDatabase("app")) }
    }

    private func hit(_ cell: Cell, _ database: TestDatabase) async throws {
        try await withProxy(to: database.server.port) { proxy in
            try await withFleet { fleet in
                try await cell.prepare(fleet, database, proxy)
                let holder = try await cell.arm(database, proxy)
                let tool = try fleet.start("migrate", "up")
                try await cell.reach(tool, database, proxy)
                try await cell.strike(tool, database, proxy, holder)
                let result = try await tool.wait()
                try await database.waitForQuiet()
                if cell.fault == .clientKilled {
                    #expect(result.code == 137)
                } else {
                    #expect([0, 1, 3].contains(result.code), "\(result.everything)")
                }
                let seen = try await agree(fleet, database, after: cell, ended: result)
                try await goOn(fleet, database, from: seen, cell)
            }
        }
    }

    /// `status` says what the catalog holds.
    private func agree(
        _ fleet: FleetDirectory, _ database: TestDatabase, after cell: Cell, ended result: ToolResult
    ) async throws -> DatabaseState {
        let state = try await database.state()
        let row = try await fleet.json("status")["targets"].elements.first
        let said = "\(row?["version"].integer ?? -1) \(row?["dirty"].bool == true ? "dirty" : "clean")"
        #expect(said == state.version, "\(cell): \(result.everything)")
        switch state.version {
        case "1 clean": #expect(state.tables == ["t1"], "\(cell)")
        case "2 clean": #expect(state.tables == ["t1", "a2", "b2"], "\(cell)")
        case "2 dirty":
            #expect(!cell.isTransactional)
            let done = row?["progress"]["done"].integer ?? -1
            let begun = row?["progress"]["begun"].integer ?? -1
            // Statement 1 makes a2 and the last one b2; each is one transaction with its progress.
            #expect(state.tables.contains("a2") == (done >= 1), "\(cell): \(done) of \(state)")
            #expect(state.tables.contains("b2") == (done == cell.statements), "\(cell): \(done) of \(state)")
            #expect((done...done + 1).contains(begun), "\(cell): \(begun) begun, \(done) done")
        default: Issue.record("\(cell): \(state)")
        }
        if result.code == 0 { #expect(state.version == "2 clean", "\(cell)") }
        return state
    }

    private func goOn(
        _ fleet: FleetDirectory, _ database: TestDatabase, from state: DatabaseState, _ cell: Cell
    ) async throws {
        let again = try await fleet.run("migrate", "up")
        if state.version.hasSuffix("dirty") {
            #expect(again.code == 3, "\(cell): \(again.everything)")
            #expect(again.everything.contains("migrate force"), "\(cell): \(again.everything)")
            let status = try await fleet.run("status")
            #expect(status.code == 3)
            #expect(status.output.contains("the up file of 2"), "\(cell): \(status.output)")
        } else {
            #expect(again.code == 0, "\(cell): \(again.everything)")
            #expect(try await database.state() == DatabaseState("2 clean", ["t1", "a2", "b2"]), "\(cell)")
        }
    }
}

extension TestDatabase {
    /// Waits until no session of pgfleet is at work here any more.
    fileprivate func waitForQuiet() async throws {
        try await eventually("no session of pgfleet in \(name)") {
            guard let connection = try? await server.connect() else { return false }
            let count = try? await connection.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = '\(name)' AND application_name LIKE 'pgfleet%'
                """
            ).firstValue
            await connection.close()
            return count == "0"
        }
    }
}
