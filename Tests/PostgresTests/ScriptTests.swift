import FleetModel
import Postgres
import Testing

@Suite("Running a script") struct ScriptTests {
    @Test func `several statements come back as several results`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let results = try await connection.run(
            "create temp table t (a int, b text); insert into t values (1, 'x'), (2, null); select * from t order by a")
        #expect(results.map(\.commandTag) == ["CREATE TABLE", "INSERT 0 2", "SELECT 2"])
        #expect(results[1].affectedRows == 2)
        #expect(results[2].columns == ["a", "b"])
        #expect(results[2].rows.map { $0["b"] } == ["x", nil])
        #expect(results[2].rows[1][0] == "2")
        await connection.close()
    }

    @Test(arguments: [(0, 1), (1, 13), (2, 25)])
    func `a failure tells how many statements came before it and where it is`(before: Int, place: Int) async throws {
        var statements = ["select 1;  ", "select 1;  ", "select 1;  "]
        statements[before] = "select nope;"
        let script = statements.joined(separator: " ")
        let connection = try await ThrowAwayServer.connect()
        let error = await #expect(throws: PostgresError.self) { try await connection.run(script) }
        #expect(error?.reason == .server)
        #expect(error?.sqlState == .undefinedColumn)
        #expect(error?.completedStatements == before)
        #expect(error?.position == place + 7)
        #expect(error?.isConnectionUsable == true)
        #expect(try await connection.run("select 2")[0].firstValue == "2")
    }

    @Test func `a parameter keeps every character that text can have`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let text = #"it's "quoted" \ and ünïcödé 🐘"#
        let row = try await connection.query(
            "select $1::text as t, $2::int + 1 as n, $3::bool as b, $4::text as z", [.text(text), 41, true, nil]
        ).rows[0]
        #expect(row["t"] == text)
        #expect(row["n"] == "42")
        #expect(row["b"] == "t")
        #expect(row["z"] == nil)
    }

    @Test func `an empty script has no results`() async throws {
        let connection = try await ThrowAwayServer.connect()
        #expect(try await connection.run(" ; -- nothing").isEmpty)
        #expect(await failure { try await connection.query("") }?.reason == .badRequest)
    }

    @Test func `text with NUL is refused before anything is sent`() async throws {
        let connection = try await ThrowAwayServer.connect()
        #expect(await failure { try await connection.run("select 1;\0 drop table t") }?.reason == .nulInText)
        #expect(await failure { try await connection.query("select 1\0") }?.reason == .nulInText)
        #expect(await failure { try await connection.query("select $1::text", ["a\0b"]) }?.reason == .nulInText)
        #expect(try await connection.run("select 1").count == 1)
    }

    @Test func `more parameters than the protocol counts are refused`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let many = [Parameter](repeating: 1, count: 65_536)
        #expect(await failure { try await connection.query("select 1", many) }?.reason == .badRequest)
        #expect(try await connection.run("select 1").count == 1)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a script of 50 MB whose answers fill every buffer does not lock up`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let line = "select '\(String(repeating: "x", count: 5_000))';\n"
        let count = 50_000_000 / line.utf8.count
        let results = try await connection.run(String(repeating: line, count: count), timeout: .seconds(100))
        #expect(results.count == count)
        #expect(results.last?.firstValue?.utf8.count == 5_000)
        await connection.close()
    }

    @Test func `COPY from the client is refused, and what came with it is undone`() async throws {
        let connection = try await ThrowAwayServer.connect()
        _ = try await connection.run("create temp table t (a int)")
        let error = await failure { try await connection.run("insert into t values (1); copy t from stdin; select 1") }
        #expect(error?.reason == .copyUnsupported)
        #expect(error?.completedStatements == 1)
        #expect(error?.isConnectionUsable == true)
        #expect(try await connection.run("select count(*) from t")[0].firstValue == "0")
    }

    @Test func `COPY to the client is an error although the server ran it`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let error = await failure {
            try await connection.run(
                "copy (select generate_series(1, 200000)) to stdout; select 1", timeout: .seconds(60))
        }
        #expect(error?.reason == .copyUnsupported)
        #expect(error?.completedStatements == 2)
        #expect(error?.isConnectionUsable == true)
        #expect(try await connection.run("select 1").count == 1)
    }

    @Test func `COPY in a parameterised query is an error too`() async throws {
        let connection = try await ThrowAwayServer.connect()
        #expect(await failure { try await connection.query("copy pg_class to stdout") }?.reason == .copyUnsupported)
        #expect(try await connection.run("select 1").count == 1)
    }

    @Test func `notices reach the caller with their code`() async throws {
        let (notices, sink) = AsyncStream<Notice>.makeStream()
        let connection = try await ThrowAwayServer.connect(onNotice: { sink.yield($0) })
        _ = try await connection.run("create table if not exists pg_temp.t (); create table if not exists pg_temp.t ()")
        var iterator = notices.makeAsyncIterator()
        let notice = await iterator.next()
        #expect(notice?.severity == "NOTICE")
        #expect(notice?.report.sqlState == .duplicateTable)
    }

    @Test func `a position counts characters and not bytes`() async throws {
        let connection = try await ThrowAwayServer.connect()
        #expect(await failure { try await connection.run("select 'äöü🐘', nope") }?.position == 16)
    }

    private func failure(_ body: () async throws -> some Any) async -> PostgresError? {
        await #expect(throws: PostgresError.self) { _ = try await body() }
    }
}
