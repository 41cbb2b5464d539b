import Glibc
import LocalServers
import TestSupport
import Testing

@Suite("Running a local server")
struct RunningServerTests {
    @Test func `never runs as root`() async throws {
        try await withCluster { server, listening in
            let running = try await server.start(listening)
            var status = stat()
            #expect(stat("/proc/\(running.pid)", &status) == 0)
            #expect(status.st_uid == server.account.userID)
            #expect(status.st_uid != 0)
        }
    }

    @Test func `a port in use is named before anything is started`() async throws {
        try await withServers(1) { servers in
            try await withCluster { server, _ in
                let taken = Listening(port: servers[0].port)
                await #expect(throws: LocalServerError(.portInUse(servers[0].port), directory: server.directory)) {
                    try await server.start(taken)
                }
                #expect(server.status() == .stopped)
            }
        }
    }

    @Test func `a setting that the server refuses is shown from its log`() async throws {
        try await withCluster { server, listening in
            let error = await #expect(throws: LocalServerError.self) {
                try await server.start(listening, settings: ["max_connections": "lots"])
            }
            #expect(error?.description.contains("max_connections") == true)
            try await server.start(listening)
        }
    }

    @Test func `a lock file that names a process of someone else hinders neither status nor start, and is no target`()
        async throws
    {
        try await withCluster { server, listening in
            // This test process itself plays the program that has the dead server's pid by now.
            try await Program(
                "/bin/sh",
                [
                    "-c", "printf '%s\\n%s\\n1\\n5432\\n\\n127.0.0.1\\n0\\nready\\n' $1 $2 > $2/postmaster.pid", "sh",
                    "\(getpid())", server.dataDirectory,
                ],
                as: server.account
            ).output()
            #expect(server.status() == .stopped)
            try await server.stop(.immediate)
            let running = try await server.start(listening)
            #expect(running.pid != getpid())
        }
    }

    @Test func `a killed server is seen as stopped and starts again with its data`() async throws {
        try await withCluster { server, listening in
            let first = try await server.start(listening)
            try await server.psql(["CREATE TABLE kept AS SELECT 1 AS id"], on: first)
            // As its own account: only the postmaster itself is killed, its children notice and leave.
            try await Program("/bin/kill", ["-KILL", "\(first.pid)"]).output()
            while case .running = server.status() { try await Task.sleep(for: .milliseconds(5)) }
            #expect(server.status() == .stopped)
            let second = try await restart(server, listening)
            #expect(try await server.psql(["SELECT count(*) FROM kept"], on: second) == "1")
        }
    }

    /// The children of a killed postmaster need a moment to notice; until then the start is refused.
    private func restart(_ server: LocalServer, _ listening: Listening) async throws -> RunningServer {
        for _ in 0..<200 {
            do {
                return try await server.start(listening)
            } catch let error as LocalServerError {
                guard case .orphans = error.reason else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        return try await server.start(listening)
    }

    @Test func `a socket path that the system would cut is refused`() async throws {
        try await withCluster { server, listening in
            let long = Listening(
                port: listening.port, addresses: [], socketDirectory: "/tmp/" + String(repeating: "x", count: 100))
            let error = await #expect(throws: LocalServerError.self) { try await server.start(long) }
            guard case .socketPathTooLong = error?.reason else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
