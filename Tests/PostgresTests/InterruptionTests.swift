import FleetModel
import Glibc
import Postgres
import Testing

@Suite("Interrupting a request") struct InterruptionTests {
    @Test func `a deadline cancels on the server and the session goes on`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let error = await failure {
            try await connection.run("select 1; select pg_sleep(60)", timeout: .seconds(1))
        }
        #expect(error?.reason == .timedOut)
        #expect(error?.sqlState == .queryCanceled)
        #expect(error?.completedStatements == 1)
        #expect(error?.isConnectionUsable == true)
        #expect(try await connection.run("select 1")[0].firstValue == "1")
    }

    @Test func `a lock timeout, a missing right and a lost session are different failures of a target`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let kinds = [
            await failure { try await connection.run("do 'begin raise sqlstate ''55P03''; end'") },
            await failure { try await connection.run("set local role pg_monitor; select * from pg_authid") },
            await failure { try await connection.run("select 1 / 0") },
            await failure { try await connection.run("select pg_terminate_backend(pg_backend_pid())") },
        ].map { $0.map { TargetFailure.Kind($0) } }
        #expect(kinds[0] == .lockTimeout)
        #expect(kinds[1] == .permissionDenied)
        #expect(kinds[2] == .sql)
        #expect(kinds[3] == .connectionLost)
    }

    @Test func `the server's own timeout is the server's error`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let error = await failure {
            try await connection.run("set statement_timeout = '100ms'; select pg_sleep(60)", timeout: .seconds(30))
        }
        #expect(error?.reason == .server)
        #expect(error?.sqlState == .queryCanceled)
    }

    @Test func `a server that sends without end is cut short all the same`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let error = await failure {
            try await connection.run(
                "copy (select generate_series(1, 2000000000)) to stdout", timeout: .milliseconds(300))
        }
        #expect(error?.sqlState == .queryCanceled)
        #expect(error?.isConnectionUsable == true)
    }

    @Test func `a deadline that races the answer never hits the next statement`() async throws {
        let connection = try await ThrowAwayServer.connect()
        for number in 0..<60 {
            do {
                let results = try await connection.run("select 1", timeout: .microseconds(number * 20))
                #expect(results.count == 1)
            } catch {
                #expect(error.reason == .timedOut)
                #expect(error.isConnectionUsable)
            }
            #expect(try await connection.run("select \(number)")[0].firstValue == String(number))
        }
    }

    @Test func `a cancelled task cancels on the server and the session goes on`() async throws {
        let (running, signal) = AsyncStream<Void>.makeStream()
        let connection = try await ThrowAwayServer.connect(onNotice: { _ in signal.yield() })
        let task = Task {
            await failure { try await connection.run("do 'begin raise notice ''on''; perform pg_sleep(60); end'") }
        }
        for await _ in running { break }
        task.cancel()
        let error = await task.value
        #expect(error?.reason == .cancelled)
        #expect(error?.isConnectionUsable == true)
        #expect(try await connection.run("select 1")[0].firstValue == "1")
    }

    @Test func `a task that is already cancelled sends nothing`() async throws {
        let connection = try await ThrowAwayServer.connect()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { try await connection.run("select 1") }
        }
        #expect(await task.value?.reason == .cancelled)
        #expect(try await connection.run("select 1")[0].firstValue == "1")
    }

    @Test func `a cancel request from elsewhere is the server's error`() async throws {
        let (running, signal) = AsyncStream<Void>.makeStream()
        let connection = try await ThrowAwayServer.connect(onNotice: { _ in signal.yield() })
        async let error = failure {
            try await connection.run("do 'begin raise notice ''on''; perform pg_sleep(60); end'")
        }
        for await _ in running { break }
        try await connection.cancel()
        #expect(await error?.reason == .server)
        #expect(await error?.sqlState == .queryCanceled)
    }

    @Test func `a cancel request of an idle session does not hit the next statement`() async throws {
        let connection = try await ThrowAwayServer.connect()
        for number in 0..<20 {
            try await connection.cancel()
            #expect(try await connection.run("select \(number)")[0].firstValue == String(number))
        }
    }

    @Test func `a server that does not confirm the cancel costs the connection`() async throws {
        let server = try await ThrowAwayServer.plain.value
        let admin = try await ThrowAwayServer.connect()
        let connection = try await ThrowAwayServer.connect()
        // A function in C that takes no interrupts is not at hand: stop the server process instead.
        server.signal(SIGSTOP, connection.backendPID)
        let error = await failure { try await connection.run("select 1", timeout: .milliseconds(100)) }
        server.signal(SIGCONT, connection.backendPID)
        #expect(error?.reason == .timedOut)
        #expect(error?.isConnectionUsable == false)
        #expect(await failure { try await connection.run("select 1") }?.reason == .closed)
        #expect(try await admin.run("select 1").count == 1)
    }

    @Test func `a second request on a busy connection is refused and harms nothing`() async throws {
        let (running, signal) = AsyncStream<Void>.makeStream()
        let admin = try await ThrowAwayServer.connect()
        _ = try await admin.run("select pg_advisory_lock(\(admin.backendPID))")
        let connection = try await ThrowAwayServer.connect(onNotice: { _ in signal.yield() })
        async let first = connection.run(
            "do 'begin raise notice ''on''; end'; select pg_advisory_lock(\(admin.backendPID)); select 7")
        for await _ in running { break }
        #expect(await failure { try await connection.run("select 8") }?.reason == .busy)
        #expect(await failure { try await connection.pipeline([PipelineStatement("select 8")]) }?.reason == .busy)
        _ = try await admin.run("select pg_advisory_unlock_all()")
        #expect(try await first.last?.firstValue == "7")
        #expect(try await connection.run("select 9")[0].firstValue == "9")
    }

    @Test func `closing ends a request under way and may be repeated`() async throws {
        let (running, signal) = AsyncStream<Void>.makeStream()
        let connection = try await ThrowAwayServer.connect(onNotice: { _ in signal.yield() })
        async let error = failure {
            try await connection.run("do 'begin raise notice ''on''; perform pg_sleep(60); end'")
        }
        for await _ in running { break }
        await connection.close()
        await connection.close()
        #expect(await error?.reason == .closed)
        #expect(await failure { try await connection.query("select 1") }?.reason == .closed)
        #expect(await connection.transactionStatus == .unknown)
        #expect(await connection.parameterStatus("TimeZone") == nil)
    }

    @Test func `a session that the server ends is a lost connection with the server's code`() async throws {
        let admin = try await ThrowAwayServer.connect()
        let (running, signal) = AsyncStream<Void>.makeStream()
        let connection = try await ThrowAwayServer.connect(onNotice: { _ in signal.yield() })
        async let error = failure {
            try await connection.run("do 'begin raise notice ''on''; perform pg_sleep(60); end'")
        }
        for await _ in running { break }
        _ = try await admin.run("select pg_terminate_backend(\(connection.backendPID))")
        #expect(await error?.reason == .connectionLost)
        #expect(await error?.sqlState == .adminShutdown)
        #expect(await !connection.isOpen)
    }

    @Test func `a session that ended while idle is a lost connection at its next use, and no signal kills`()
        async throws
    {
        let admin = try await ThrowAwayServer.connect()
        let connection = try await ThrowAwayServer.connect()
        _ = try await admin.run("select pg_terminate_backend(\(connection.backendPID), 5000)")
        let error = await failure { try await connection.run("select 1") }
        #expect(error?.reason == .connectionLost)
        #expect(error?.isConnectionUsable == false)
        #expect(await failure { try await connection.run("select 1") }?.reason == .closed)
    }

    private func failure(_ body: () async throws -> some Any) async -> PostgresError? {
        await #expect(throws: PostgresError.self) { _ = try await body() }
    }
}
