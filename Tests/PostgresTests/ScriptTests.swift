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
}
