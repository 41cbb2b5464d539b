import Glibc
import LocalServers
import TestSupport
import Testing

@Suite("Making and removing a local server")
struct LocalServerTests {
    private func withServer<Value>(_ body: (LocalServer, Listening) async throws -> Value) async throws -> Value {
        try await withServers(0) { _ in
            try await withTemporaryDirectory { directory in
                let server = LocalServer(
                    directory: directory + "/server", binaries: try await PostgresBinaries.find(),
                    account: try ServerAccount.current())
                let port = try #require(LoopbackPort.unused())
                let value = try await body(server, Listening(port: port))
                try await server.destroy()
                #expect(access(server.directory, F_OK) != 0)
                return value
            }
        }
    }

    @Test func `goes through its whole life`() async throws {
        try await withServer { server, listening in
            #expect(server.status() == .noCluster)
            try await server.create()
            #expect(server.status() == .stopped)
            let running = try await server.start(listening, settings: ["cluster_name": "it's a test"])
            #expect(server.status() == .running(running))
            #expect(running.port == listening.port)
            #expect(running.address == "127.0.0.1")
            let facts = try await server.psql(
                [
                    """
                    SELECT current_setting('cluster_name'), pg_encoding_to_char(encoding), datcollate
                    FROM pg_database WHERE datname = current_database()
                    """
                ], on: running)
            #expect(facts == "it's a test|UTF8|C.UTF-8")
            try await server.stop(.fast)
            #expect(server.status() == .stopped)
            #expect(LoopbackPort.isFree(listening.port, on: .v4))
        }
    }

    @Test func `creating and starting twice changes nothing`() async throws {
        try await withServer { server, listening in
            try await server.create()
            let first = try await server.start(listening)
            try await server.create()
            let second = try await server.start(listening)
            #expect(first == second)
            try await server.stop()
            try await server.stop()
        }
    }

    @Test func `a directory with other things in it is refused`() async throws {
        try await withServer { server, _ in
            try await Program("/bin/mkdir", ["-p", server.dataDirectory + "/photos"]).output()
            await #expect(throws: LocalServerError(.notACluster, directory: server.directory)) {
                try await server.create()
            }
        }
    }

    @Test func `a password is asked for where the cluster was made with one`() async throws {
        try await withServer { server, listening in
            try await server.create(authentication: .scram(superuserPassword: "s3cret phrase"))
            let running = try await server.start(listening)
            let error = await #expect(throws: LocalServerError.self) {
                try await server.psql(["SELECT 1"], on: running)
            }
            #expect(error?.description.contains("no password supplied") == true)
            #expect(access(server.directory + "/password", F_OK) != 0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root runs servers as another account"))
    func `a directory that the server's account cannot enter is named`() async throws {
        try await withTemporaryDirectory { directory in
            chmod(directory, 0o700)
            let account = try ServerAccount.current()
            let server = LocalServer(
                directory: directory + "/home/server", binaries: try await PostgresBinaries.find(), account: account)
            await #expect(
                throws: LocalServerError(
                    .unreachable(obstacle: directory, account: account.name), directory: server.directory)
            ) {
                try await server.create()
            }
        }
    }

    @Test func `a release that is not installed is named with its package`() async throws {
        let error = await #expect(throws: LocalServerError.self) { try await PostgresBinaries.find(major: 8) }
        #expect(error?.description.contains("apt-get install postgresql-8") == true)
    }
}
