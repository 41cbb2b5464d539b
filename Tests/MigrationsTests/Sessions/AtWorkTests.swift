import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("Who is at work on a target") struct AtWorkTests {
    /// Sessions as those of pgfleet that run a step on some schemas of a database, while a body runs.
    private func withWorkers<Value>(
        on schemas: [String], of database: TestDatabase, _ body: () async throws -> Value
    ) async throws -> Value {
        var workers: [Connection] = []
        for schema in schemas {
            let worker = try await database.connect()
            workers.append(worker)
            let lock = LockID(schema: schema, table: "schema_migrations", database: "/" + database.name)
            _ = try await worker.run(
                "set application_name = 'pgfleet/r1/of_\(schema)'; select pg_advisory_lock(\(lock.number))")
        }
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for worker in workers { await worker.close() }
        return try result.get()
    }

    private func target(_ subject: Subject, _ schema: String) -> Target {
        Target(
            id: TargetID(rawValue: "test/local/\(schema)"), environment: "test", endpoint: subject.target.endpoint,
            hostName: "local", database: subject.target.database, schema: schema)
    }

    /// The bytes of the answer to a look, its round trips, and who is at work by it.
    private func look(_ subject: Subject, schema: String?, user: String? = nil) async throws
        -> (bytes: Int, trips: Int, worker: String?)
    {
        try await withProxy(to: subject.database.server.port, delay: .perGroup) { proxy in
            try await Subject(subject.database, schema: schema, port: proxy.port, user: user).session { session in
                let (bytes, trips) = (proxy.answered, proxy.roundTrips)
                _ = try await session.look()
                return (proxy.answered - bytes, proxy.roundTrips - trips, await session.sessionAtWork?.application)
            }
        }
    }

    @Test func `is answered in one row, however many are at work on other schemas`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, _ in
            try await subject.database.psql("create schema a")
            let alone = try await look(subject, schema: "a")
            #expect(alone.worker == nil)
            let others = (1...12).map { "other_\($0)" }
            let beside = try await withWorkers(on: others, of: subject.database) {
                try await look(subject, schema: "a")
            }
            #expect(beside.worker == nil)
            // Numbers of processes have more digits or fewer; a row has forty bytes and more.
            #expect(abs(beside.bytes - alone.bytes) < 30)
            let among = try await withWorkers(on: others + ["a"], of: subject.database) {
                try await look(subject, schema: "a")
            }
            #expect(among.worker == "pgfleet/r1/of_a")
            #expect(among.bytes - alone.bytes < 150)
            #expect([alone.trips, beside.trips, among.trips] == [1, 1, 1])
        }
    }

    /// Where no schema is named, the role's search path decides, which only the server knows.
    @Test func `is found where the role's search path leads to a schema that was not expected`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, _ in
            let role = "at_work_\(subject.database.name)"
            try await subject.database.psql(
                "create schema elsewhere; create role \(role) superuser login; "
                    + "alter role \(role) in database \(subject.database.name) set search_path = elsewhere")
            let seen = try await withWorkers(on: ["elsewhere", "public"], of: subject.database) {
                try await look(subject, schema: nil, user: role)
            }
            let other = try await withWorkers(on: ["public"], of: subject.database) {
                try await look(subject, schema: nil, user: role)
            }
            let alone = try await look(subject, schema: nil, user: role)
            try await subject.database.psql("drop role \(role)")
            #expect(seen.worker == "pgfleet/r1/of_elsewhere")
            #expect(other.worker == nil)
            #expect(alone.worker == nil)
            #expect(alone.trips == 1)
        }
    }

    @Test func `keeps a schema that has no version table yet out of the shared look, and no other one`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, _ in
            try await subject.database.psql("create schema a; create schema b; create schema c; create schema d")
            try await subject.database.psql("create table d.schema_migrations (version bigint, dirty boolean)")
            let others = ["b", "c", "d"].map { target(subject, $0) }
            // Schemas that were not asked for are no matter, however many.
            let workers = ["b", "d"] + (1...10).map { "other_\($0)" }
            let found = try await withWorkers(on: workers, of: subject.database) {
                try await Subject(subject.database, schema: "a").session { session in
                    _ = try await session.look()
                    return await session.look(at: others, among: [1], searchesHistory: false)
                }
            }
            #expect(found?.keys.map(\.rawValue) == ["test/local/c"])
            let later = try await Subject(subject.database, schema: "a").session { session in
                _ = try await session.look()
                return await session.look(at: others, among: [1], searchesHistory: false)
            }
            #expect(later?.count == 3)
        }
    }
}
