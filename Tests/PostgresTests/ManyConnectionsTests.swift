import FleetModel
import Foundation
import Postgres
import Testing

@Suite("Many connections", .serialized) struct ManyConnectionsTests {
    @Test(.timeLimit(.minutes(2)))
    func `three hundred sessions wait at once on a handful of threads`() async throws {
        let server = try await ThrowAwayServer.crowded.value
        let connections = try await server.connections(300)
        let before = threadCount()
        let answers = try await withThrowingTaskGroup(of: String?.self) { group in
            for (number, connection) in connections.enumerated() {
                group.addTask {
                    try await connection.run("select pg_sleep(0.5); select \(number)", timeout: .seconds(60))
                        .last?.firstValue
                }
            }
            var answers: Set<String?> = []
            for try await answer in group { answers.insert(answer) }
            return answers
        }
        #expect(answers.count == 300)
        // A thread for each would be three hundred; Readiness, the lanes and Swift's own are a dozen, and the other tests that run
        // beside this one have threads that wait for processes.
        #expect(before < 200, "\(before) threads")
        #expect(threadCount() < 200, "\(threadCount()) threads")
        for connection in connections { await connection.close() }
    }

    @Test(.timeLimit(.minutes(2)))
    func `sockets whose numbers are used again are never mistaken for each other`() async throws {
        let server = try await ThrowAwayServer.crowded.value
        let failures = await withTaskGroup(of: [String].self) { group in
            for worker in 0..<40 {
                group.addTask { await churn(server, worker: worker) }
            }
            var failures: [String] = []
            for await found in group { failures += found }
            return failures
        }
        #expect(failures.isEmpty, "\(failures.prefix(5))")
    }

    @Test(.timeLimit(.minutes(1)))
    func `dropping a connection closes its session`() async throws {
        let server = try await ThrowAwayServer.crowded.value
        let admin = try await Connection.open(server.local, timeout: ConnectTimeout(.seconds(20)))
        let pid = try await Connection.open(server.local, timeout: ConnectTimeout(.seconds(20))).backendPID
        var isThere = true
        while isThere {
            isThere =
                try await admin.query("select 1 from pg_stat_activity where pid = $1", [.init(pid)]).rows.count == 1
        }
    }

    /// Opens, uses, cuts short and closes sessions in turn, some of them in ways that leave waits behind.
    private func churn(_ server: ThrowAwayServer, worker: Int) async -> [String] {
        var failures: [String] = []
        for round in 0..<15 {
            do {
                let settings = round.isMultiple(of: 2) ? server.local : server.network
                let connection = try await Connection.open(settings, timeout: ConnectTimeout(.seconds(30)))
                switch (worker + round) % 4 {
                case 0:
                    let reason = await failure {
                        try await connection.run("select pg_sleep(60)", timeout: .milliseconds(20))
                    }
                    if reason != .timedOut { failures.append("\(reason as Any) in place of a deadline") }
                case 1:
                    let task = Task { await failure { try await connection.run("select pg_sleep(60)") } }
                    task.cancel()
                    let reason = await task.value
                    if reason != .cancelled { failures.append("\(reason as Any) in place of cancelled") }
                case 2:
                    async let reason = failure { try await connection.run("select pg_sleep(60)") }
                    await Task.yield()
                    await connection.close()
                    if await reason != .closed { failures.append("\(await reason as Any) in place of closed") }
                    continue
                default: break
                }
                let answer = try await connection.query("select $1::int", [.init(worker * 1000 + round)])
                if answer.firstValue != String(worker * 1000 + round) { failures.append("wrong answer \(answer)") }
                if !round.isMultiple(of: 3) { await connection.close() }
            } catch {
                failures.append("\(error)")
            }
        }
        return failures
    }

    private func failure(_ body: () async throws -> some Any) async -> PostgresError.Reason? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? PostgresError)?.reason
        }
    }

    private func threadCount() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Threads:") }
        return line.flatMap { Int($0.dropFirst(8).trimmingCharacters(in: .whitespaces)) } ?? .max
    }
}
