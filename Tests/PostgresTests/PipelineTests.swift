import FleetModel
import Postgres
import Testing

@Suite("Running a pipeline") struct PipelineTests {
    @Test func `every statement has an outcome in order`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let outcomes = try await connection.pipeline([
            PipelineStatement("create temp table t (a int)"),
            PipelineStatement("insert into t select generate_series(1, $1::int)", [3]),
            PipelineStatement("select count(*) as n from t"),
        ])
        #expect(try outcomes.map { try $0.result().commandTag } == ["CREATE TABLE", "INSERT 0 3", "SELECT 1"])
        #expect(try outcomes[2].result().rows[0]["n"] == "3")
        #expect(try await connection.run("select 1; select 2").count == 2)
        await connection.close()
    }

    @Test func `a script, a query and a pipeline of many groups take one round trip each`() async throws {
        let server = try await ThrowAwayServer.plain.value
        let relay = TurnCountingRelay(to: server.port)
        var settings = server.network
        settings["port"] = String(relay.listener.port)
        settings["sslmode"] = "disable"
        let connection = try await Connection.open(settings, timeout: ConnectTimeout(.seconds(30)))
        // SCRAM: greeting, challenge, proof.
        var turns = relay.turns
        #expect(turns == 3)
        _ = try await connection.run("begin; select 1; select 2; commit")
        #expect(relay.turns - turns == 1)
        turns = relay.turns
        _ = try await connection.query("select $1::int", [1])
        #expect(relay.turns - turns == 1)
        turns = relay.turns
        let statements = (0..<200).map { PipelineStatement("select \($0)", joinsPrevious: $0 % 3 == 0) }
        #expect(try await connection.pipeline(statements).count == 200)
        #expect(relay.turns - turns == 1)
        await connection.close()
    }

    @Test func `a failure skips the rest of its group and undoes it, and no other group`() async throws {
        let connection = try await ThrowAwayServer.connect()
        _ = try await connection.run("create temp table t (a int)")
        let outcomes = try await connection.pipeline([
            PipelineStatement("insert into t values (1)"),
            PipelineStatement("insert into t values (2)", joinsPrevious: false),
            PipelineStatement("insert into t values (3 / 0)", joinsPrevious: true),
            PipelineStatement("insert into t values (4)", joinsPrevious: true),
            PipelineStatement("insert into t values (5)"),
        ])
        #expect(outcomes.map(kind) == ["completed", "completed", "22012", "skipped", "completed"])
        #expect(try await connection.run("select a from t order by a")[0].rows.map { $0[0] } == ["1", "5"])
        #expect(await connection.transactionStatus == .idle)
    }

    @Test func `a commit that fails at the end of its group is the last statement's error`() async throws {
        let connection = try await ThrowAwayServer.connect()
        _ = try await connection.run("create temp table t (a int unique deferrable initially deferred)")
        let outcomes = try await connection.pipeline([
            PipelineStatement("insert into t values (1)"),
            PipelineStatement("insert into t values (1)", joinsPrevious: true),
            PipelineStatement("select 1", joinsPrevious: true),
            PipelineStatement("select 2"),
        ])
        #expect(outcomes.map(kind) == ["completed", "completed", "23505", "completed"])
        #expect(try await connection.run("select count(*) from t")[0].firstValue == "0")
    }

    @Test func `a failure inside an explicit transaction leaves it failed`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let outcomes = try await connection.pipeline([
            PipelineStatement("begin"), PipelineStatement("select 1 / 0", joinsPrevious: true),
            PipelineStatement("commit", joinsPrevious: true),
        ])
        #expect(outcomes.map(kind) == ["completed", "22012", "skipped"])
        #expect(await connection.transactionStatus == .failed)
        _ = try await connection.run("rollback")
        #expect(await connection.transactionStatus == .idle)
    }

    @Test func `answers and requests larger than all buffers do not lock up`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let long = String(repeating: "x", count: 100_000)
        let statements = (0..<200).map { _ in PipelineStatement("select repeat($1::text, 3)", [.text(long)]) }
        let outcomes = try await connection.pipeline(statements, timeout: .seconds(60))
        #expect(try outcomes.allSatisfy { try $0.result().firstValue?.utf8.count == 300_000 })
    }

    @Test func `an empty text fails alone`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let outcomes = try await connection.pipeline([PipelineStatement("  "), PipelineStatement("select 1")])
        guard case .failed(let error) = outcomes[0] else {
            Issue.record("not refused: \(outcomes[0])")
            return
        }
        #expect(error.reason == .badRequest)
        #expect(kind(outcomes[1]) == "completed")
        #expect(try await connection.pipeline([]).isEmpty)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["copy pg_class to stdout", "copy t from stdin"])
    func `COPY with the client closes the connection and says why`(statement: String) async throws {
        let connection = try await ThrowAwayServer.connect()
        _ = try await connection.run("create temp table t (a int)")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.pipeline([PipelineStatement("select 1"), PipelineStatement(statement)])
        }
        #expect(error?.reason == .copyUnsupported)
        #expect(error?.isConnectionUsable == false)
        #expect(await !connection.isOpen)
    }

    @Test func `a deadline cancels what still runs and keeps what was done`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let outcomes = try await connection.pipeline(
            [
                PipelineStatement("select 1"), PipelineStatement("select pg_sleep(60)"),
                PipelineStatement("select 2", joinsPrevious: true), PipelineStatement("select 3"),
            ], timeout: .seconds(1))
        #expect(outcomes.map(kind) == ["completed", "57014", "skipped", "completed"])
        if case .failed(let error) = outcomes[1] { #expect(error.reason == .timedOut) }
        #expect(try await connection.run("select 4")[0].firstValue == "4")
    }

    @Test func `a session that ends in the middle is a lost connection`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.pipeline([
                PipelineStatement("select 1"), PipelineStatement("select pg_terminate_backend(pg_backend_pid())"),
                PipelineStatement("select 2"),
            ])
        }
        #expect(error?.reason == .connectionLost)
        #expect(error?.sqlState == .adminShutdown)
        #expect(error?.completedStatements == 1)
    }

    private func kind(_ outcome: PipelineOutcome) -> String {
        switch outcome {
        case .completed: "completed"
        case .failed(let error): error.sqlState?.rawValue ?? "failed"
        case .skipped: "skipped"
        }
    }
}
