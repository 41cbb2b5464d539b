import FleetModel
import Foundation
import Postgres
import Testing

@Suite("Opening a connection") struct OpeningTests {
    @Test func `a password over the network opens a session that knows its server`() async throws {
        let connection = try await open(try await ThrowAwayServer.plain.value.network)
        let pid = try await connection.run("select pg_backend_pid()")[0].firstValue
        #expect(pid == String(connection.backendPID))
        #expect(connection.serverVersion >= 150_000)
        #expect(!connection.isTLS)
        #expect(await connection.parameterStatus("client_encoding") == "UTF8")
        #expect(await connection.parameterStatus("application_name") == "pgfleet")
        await connection.close()
    }

    @Test func `a host name is resolved and kept beside its address`() async throws {
        let settings = try await ThrowAwayServer.plain.value.network
        let connection = try await open(settings.merging(ConnectionSettings(keywords: ["host": "localhost"])))
        #expect(try await connection.run("select 1")[0].firstValue == "1")
    }

    @Test func `the second host of a list serves where the first refuses`() async throws {
        let server = try await ThrowAwayServer.plain.value
        let list = ConnectionSettings(keywords: [
            "host": "localhost,127.0.0.1", "port": "\(freePort()),\(server.port)",
        ])
        let connection = try await open(server.network.merging(list))
        #expect(try await connection.run("select 1")[0].firstValue == "1")
    }

    @Test func `a host without an address does not stop the next one of the list`() async throws {
        let list = ConnectionSettings(keywords: ["host": "nowhere.invalid,127.0.0.1"])
        let connection = try await open(try await ThrowAwayServer.plain.value.network.merging(list))
        #expect(try await connection.run("select 1")[0].firstValue == "1")
    }

    @Test func `a refused connection is told as such`() async throws {
        let error = await failure(["host": "127.0.0.1", "port": String(freePort())])
        #expect(error?.reason == .connectionFailed)
        #expect(error?.sqlState == nil)
        #expect(error?.message.contains("127.0.0.1") == true)
    }

    @Test func `a socket directory without a server is told as such`() async throws {
        #expect(await failure(["host": "/nonexistent"])?.reason == .connectionFailed)
    }

    @Test func `a wrong password is an authentication failure with its code`() async throws {
        let error = await failure(["host": "127.0.0.1", "password": "wrong-horse-9X"])
        #expect(error?.reason == .authenticationFailed)
        #expect(error?.sqlState == .invalidPassword)
        #expect(error?.message.contains("28P01") == false)
        #expect(error?.message.contains(".c:") == false)
    }

    @Test func `a password that nobody knows is an authentication failure`() async throws {
        let error = await failure(["host": "127.0.0.1", "passfile": "/dev/null", "password": ""])
        #expect(error?.reason == .authenticationFailed)
    }

    @Test func `a database that does not exist is told as such`() async throws {
        let error = await failure(["dbname": "no_such_database"])
        #expect(error?.reason == .unknownDatabase)
        #expect(error?.sqlState == .unknownDatabase)
        #expect(error?.description.contains("no_such_database") == true)
    }

    @Test func `a host name without an address is told as such`() async throws {
        let error = await failure(["host": "nowhere.invalid"])
        #expect(error?.reason == .nameNotResolved)
        #expect(error?.message.contains("nowhere.invalid") == true)
    }

    @Test func `a server that never answers runs into the deadline`() async throws {
        let listener = SilentListener()
        defer { listener.close() }
        let settings = ConnectionSettings(keywords: ["host": "127.0.0.1", "port": String(listener.port)])
        let error = await #expect(throws: PostgresError.self) { try await open(settings, .milliseconds(300)) }
        #expect(error?.reason == .timedOut)
    }

    @Test func `a host of a list that never answers is left for the next after the limit`() async throws {
        let (first, second) = (SilentListener(), SilentListener())
        defer {
            first.close()
            second.close()
        }
        let server = try await ThrowAwayServer.plain.value
        let list = ConnectionSettings(keywords: [
            "host": "127.0.0.1,localhost,127.0.0.1", "port": "\(first.port),\(second.port),\(server.port)",
        ])
        let connection = try await open(server.network.merging(list), .seconds(6))
        #expect(try await connection.run("select 1")[0].firstValue == "1")
        await connection.close()
        let silent = ConnectionSettings(keywords: [
            "host": "127.0.0.1,127.0.0.1", "port": "\(first.port),\(second.port)",
        ])
        let error = await #expect(throws: PostgresError.self) { try await open(silent, .milliseconds(300)) }
        #expect(error?.reason == .timedOut)
        let refusing = ConnectionSettings(keywords: [
            "host": "127.0.0.1,127.0.0.1", "port": "\(first.port),\(freePort())",
        ])
        let refusal = await #expect(throws: PostgresError.self) { try await open(refusing, .milliseconds(300)) }
        #expect(refusal?.reason == .connectionFailed)
        #expect(refusal?.message.contains("127.0.0.1:\(first.port)") == true)
    }

    @Test func `a cancelled task stops connecting at once`() async throws {
        let listener = SilentListener()
        defer { listener.close() }
        let settings = ConnectionSettings(keywords: ["host": "127.0.0.1", "port": String(listener.port)])
        let opening = Task {
            await #expect(throws: PostgresError.self) { try await open(settings, .seconds(60)) }
        }
        opening.cancel()
        #expect(await opening.value?.reason == .cancelled)
    }

    @Test func `TLS that the server does not have is a TLS failure`() async throws {
        let error = await failure(["host": "127.0.0.1", "sslmode": "require"])
        #expect(error?.reason == .tlsFailed)
    }

    @Test func `a server that hangs up during the TLS request is no TLS failure`() async throws {
        let listener = SilentListener()
        let settings = ConnectionSettings(keywords: [
            "host": "127.0.0.1", "port": String(listener.port), "sslmode": "require", "user": "tester",
        ])
        async let error = #expect(throws: PostgresError.self) { try await open(settings, .seconds(20)) }
        await listener.acceptAndHangUp()
        listener.close()
        #expect(await error?.reason == .connectionFailed)
    }

    @Test func `TLS is used where the server has it`() async throws {
        let settings = try await ThrowAwayServer.encrypted.value.network
        let connection = try await open(settings.merging(ConnectionSettings(keywords: ["sslmode": "require"])))
        #expect(connection.isTLS)
        #expect(try await connection.run("select 1")[0].firstValue == "1")
    }

    @Test func `a certificate that nobody vouches for is a TLS failure`() async throws {
        let settings = try await ThrowAwayServer.encrypted.value.network
        let strict = ConnectionSettings(keywords: ["sslmode": "verify-ca", "sslrootcert": "/etc/passwd"])
        let error = await #expect(throws: PostgresError.self) { try await open(settings.merging(strict)) }
        #expect(error?.reason == .tlsFailed)
    }

    @Test(arguments: [
        ["sslmode": "perhaps"], ["pasword": "x"], ["host": "a,b", "port": "1,2,3"], ["target_session_attrs": "x"],
        ["port": "abc"], ["port": "99999"], ["host": "127.0.0.1,localhost", "port": " 5432 ,0"],
    ])
    func `a setting that libpq refuses is told as such`(keywords: [String: String]) async throws {
        #expect(await failure(keywords)?.reason == .badSettings)
    }

    @Test func `a setting with NUL is refused`() async throws {
        #expect(await failure(["dbname": "post\0gres"])?.reason == .nulInText)
    }

    @Test func `a service file names host and port`() async throws {
        let server = try await ThrowAwayServer.plain.value
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).conf").path
        try "[fleet]\nhost=localhost\nport=\(server.port)\ndbname=postgres\nuser=tester\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        // libpq reads the file's name from the environment alone; `servicefile` is a keyword from version 18 on.
        setenv("PGSERVICEFILE", file, 1)
        let settings = ConnectionSettings(keywords: ["service": "fleet", "password": ThrowAwayServer.password])
        let connection = try await open(settings)
        #expect(try await connection.run("select 1")[0].firstValue == "1")
    }

    @Test func `a password file is read for the host as it was named`() async throws {
        let server = try await ThrowAwayServer.plain.value
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).pgpass").path
        try "localhost:\(server.port):*:tester:\(ThrowAwayServer.password)\n"
            .write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        chmod(file, 0o600)
        var settings = server.local
        settings["host"] = "localhost"
        settings["passfile"] = file
        #expect(try await open(settings).isOpen)
    }

    private func open(_ settings: ConnectionSettings, _ timeout: Duration = .seconds(20)) async throws -> Connection {
        try await Connection.open(settings, timeout: ConnectTimeout(timeout))
    }

    private func failure(_ keywords: [String: String], _ timeout: Duration = .seconds(20)) async -> PostgresError? {
        await #expect(throws: PostgresError.self) {
            let server = try await ThrowAwayServer.plain.value
            let settings = server.local.merging(ConnectionSettings(keywords: ["password": ThrowAwayServer.password]))
            _ = try await open(settings.merging(ConnectionSettings(keywords: keywords)), timeout)
        }
    }
}
