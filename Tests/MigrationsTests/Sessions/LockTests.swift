import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("The migration lock") struct LockTests {
    private let files = ["1_a.up.sql": "create table a ()"]

    @Test(arguments: ["/", ""])
    func `held in either of golang-migrate's forms keeps pgfleet out and names the holder`(prefix: String) async throws
    {
        try await withSubject(files) { subject, set in
            let id = LockID(
                schema: "public", table: "schema_migrations", database: prefix + subject.database.name)
            try await holding("select pg_advisory_lock(\(id.number))", on: subject, named: "legacy\u{1b}deployer") {
                let report = try await subject.with { $0.lockWait = .milliseconds(120) }.go(to: 1, in: set)
                #expect(report.failure?.kind == .lockHeld)
                #expect(report.failure?.message.contains("deployer") == true)
                #expect(report.failure?.message.contains("127.0.0.1") == true)
                #expect(report.failure?.message.contains("idle in transaction") == true)
                #expect(report.failure?.consequence == "Nothing was changed")
                #expect(try await subject.advisoryLocks() == "1")
            }
            #expect(try await subject.tables() == "")
        }
    }

    @Test func `is waited for until its holder lets go`() async throws {
        try await withSubject(files) { subject, set in
            let id = LockID(schema: "public", table: "schema_migrations", database: "/" + subject.database.name)
            let running = try await holding("select pg_advisory_lock(\(id.number))", on: subject) {
                let running = Task { try await subject.go(to: 1, in: set) }
                try await subject.waitForSession()
                return running
            }
            #expect(try await running.value.after == VersionState(version: 1))
        }
    }

    @Test func `is no longer waited for once the rollout has halted`() async throws {
        try await withSubject(files) { subject, set in
            let id = LockID(schema: "public", table: "schema_migrations", database: subject.database.name)
            try await holding("select pg_advisory_lock(\(id.number))", on: subject) {
                let options = RunOptions(shouldGiveUp: { true })
                let report = try await subject.with { $0.lockWait = .seconds(3600) }.go(to: 1, in: set, options)
                #expect(report.failure?.kind == .lockHeld)
                #expect(report.failure?.consequence == "Nothing was changed")
            }
            #expect(try await subject.tables() == "")
        }
    }

    @Test func `is no longer waited for when the task is cancelled`() async throws {
        try await withSubject(files) { subject, set in
            let id = LockID(schema: "public", table: "schema_migrations", database: subject.database.name)
            try await holding("select pg_advisory_lock(\(id.number))", on: subject) {
                let running = Task {
                    try await subject.session { await $0.run(try set.route(from: nil, to: 1), in: set) }
                }
                try await subject.waitForSession()
                running.cancel()
                let result = await running.result
                // Cancelled while it connected, or while it waited.
                switch result {
                case .success(let report): #expect(report.failure?.kind == .cancelled)
                case .failure(let error): #expect((error as? TargetFailure)?.kind == .cancelled)
                }
                #expect(try await subject.advisoryLocks() == "1")
            }
            #expect(try await subject.look() == .empty)
        }
    }

    @Test func `keeps two runs of pgfleet apart, so each step is taken once`() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: (1...5).map { ("\($0)_t.up.sql", "create table t\($0) (); select pg_sleep(0.02)") })
        try await withSubject(files) { subject, set in
            let route = try set.route(from: nil, to: 5)
            let reports = try await withThrowingTaskGroup(of: TargetReport.self) { group in
                for _ in 0..<4 { group.addTask { try await subject.session { await $0.run(route, in: set) } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.allSatisfy { $0.failure == nil && $0.after == VersionState(version: 5) })
            #expect(reports.map(\.finished.count).sorted() == [0, 0, 0, 5])
        }
    }
}
