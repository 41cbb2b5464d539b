import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("Behind a pooler") struct PoolerTests {
    private static let files = ["1_a.up.sql": "create table a ()", "2_b.up.sql": "create table b ()"]

    @Test(arguments: ["transaction", "statement"])
    func `that shares server processes a migration is refused, and the version can be read`(mode: String) async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await withPooler(mode, before: subject.database.server) { pooler in
                let report = try await Subject(subject.database, port: pooler.port).go(to: 2, in: set)
                #expect(report.failure?.kind == .pooled)
                #expect(report.failure?.consequence == "Nothing was changed")
                #expect(report.failure?.remedy?.contains("pool_mode = session") == true)
            }
            #expect(try await subject.look() == VersionState(version: 1))
            #expect(try await subject.advisoryLocks() == "0")
        }
    }

    @Test func `that shares them in turn is found out, too`() async throws {
        try await withSubject(Self.files) { subject, set in
            let settings = ["server_round_robin": "1"]
            try await withPooler("transaction", before: subject.database.server, settings: settings) { pooler in
                let pooled = Subject(subject.database, port: pooler.port)
                try await pooled.keepingIdle(4) {
                    let report = try await pooled.go(to: 2, in: set)
                    #expect(report.failure?.kind == .pooled)
                }
            }
        }
    }

    @Test(arguments: [["default_pool_size": "20"], ["default_pool_size": "1"]])
    func `in session mode migrations run`(settings: [String: String]) async throws {
        try await withSubject(Self.files) { subject, set in
            try await withPooler("session", before: subject.database.server, settings: settings) { pooler in
                let report = try await Subject(subject.database, port: pooler.port).go(to: 2, in: set)
                #expect(report.failure == nil)
                #expect(report.after == VersionState(version: 2))
            }
        }
    }

    @Test func `a look leaves no setting behind for other clients`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await withPooler("transaction", before: subject.database.server) { pooler in
                let pooled = Subject(subject.database, port: pooler.port)
                _ = try await pooled.look()
                let other = try await Connection.open(pooled.settings, timeout: ConnectTimeout(.seconds(30)))
                let timeout = try await other.query("show statement_timeout").firstValue
                #expect(timeout == "0")
                await other.close()
            }
        }
    }
}

@Suite("A target that takes no writes") struct ReadOnlyTests {
    private static let files = ["1_a.up.sql": "create table a ()", "2_b.up.sql": "create table b ()"]

    @Test func `by its settings is refused, and its version can be read`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql(
                "alter database \(subject.database.name) set default_transaction_read_only = on")
            let report = try await subject.go(to: 2, in: set)
            #expect(report.failure?.kind == .readOnly)
            #expect(report.failure?.consequence == "Nothing was changed")
            #expect(try await subject.look() == VersionState(version: 1))
        }
    }

    @Test func `because it is a standby is refused, and its version can be read`() async throws {
        let migrations = try await set(of: Self.files)
        try await withServers(1) { servers in
            let subject = Subject(try await servers[0].createDatabase("app"))
            try await subject.go(to: 1, in: migrations)
            try await servers[0].becomeStandby()
            #expect(try await subject.look() == VersionState(version: 1))
            let report = try await subject.go(to: 2, in: migrations)
            #expect(report.failure?.kind == .readOnly)
            #expect(report.failure?.message.contains("standby") == true)
        }
    }

    @Test func `is passed over where the inventory names several hosts`() async throws {
        let migrations = try await set(of: Self.files)
        try await withServers(2) { servers in
            _ = try await servers[0].createDatabase("app")
            try await servers[0].becomeStandby()
            var both = Subject(try await servers[1].createDatabase("app"))
            both = both.reaching(servers)
            #expect(try await both.go(to: 2, in: migrations).after == VersionState(version: 2))
        }
    }
}

extension Subject {
    /// Lends the pool so many idle servers.
    fileprivate func keepingIdle(_ count: Int, _ body: () async throws -> Void) async throws {
        var others: [Connection] = []
        for _ in 0..<count {
            let other = try await Connection.open(settings, timeout: ConnectTimeout(.seconds(30)))
            _ = try await other.run("begin; select 1")
            others.append(other)
        }
        for other in others { await other.close() }
        try await body()
    }
}
