import Glibc
import LocalServers
import TestSupport
import Testing

@Suite("What a test process leaves behind")
struct WatchdogTests {
    @Test func `nothing, even if it is killed while its servers run`() async throws {
        let killed = try await #require(
            processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]
        ) {
            try await withServers(1) { servers in
                try await servers[0].psql("SELECT 1")
                let line = "<\(servers[0].server.directory)> <\(servers[0].running.pid)>\n"
                _ = line.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
                kill(getpid(), SIGKILL)
                while true { try await Task.sleep(for: .seconds(1)) }
            }
        }
        let output = String(decoding: killed.standardOutputContent, as: UTF8.self)
        let found = try #require(output.firstMatch(of: #/<(/[^>]+)> <([0-9]+)>/#))
        let directory = String(found.1).split(separator: "/").dropLast().joined(separator: "/")
        let pid = try #require(pid_t(found.2))
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(60)
        while access("/" + directory, F_OK) == 0, clock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        #expect(access("/" + directory, F_OK) != 0)
        // Gone, or a zombie that nobody has asked for yet: either way it has no working directory any more.
        var link = [CChar](repeating: 0, count: 256)
        #expect(readlink("/proc/\(pid)/cwd", &link, link.count) == -1)
    }
}
