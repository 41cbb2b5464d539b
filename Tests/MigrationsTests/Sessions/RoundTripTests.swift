import FleetModel
import Migrations
import TestSupport
import Testing

extension Duration {
    /// What a proxy that counts round trips holds everything back for: libpq sends each group of a pipeline in a packet of
    /// its own, and none may be answered before all are sent, also where the machine is busy.
    static let perGroup = Duration.milliseconds(100)
}

@Suite("Round trips") struct RoundTripTests {
    /// Counts the round trips of a body after the session is up.
    private func trips(
        _ subject: Subject, _ body: (TargetSession) async throws -> Void
    ) async throws -> Int {
        try await withProxy(to: subject.database.server.port, delay: .perGroup) { proxy in
            try await Subject(subject.database, port: proxy.port).session { session in
                let before = proxy.roundTrips
                try await body(session)
                return proxy.roundTrips - before
            }
        }
    }

    @Test func `a look is one`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, _ in
            let count = try await trips(subject) { _ = try await $0.look() }
            #expect(count == 1)
        }
    }

    @Test func `a look that tells of a session at work is one, and only the schema's own session is told of`()
        async throws
    {
        let gated = """
            do $$ begin
                while not exists (select from pg_class where relname = 'gate') loop perform pg_sleep(0.02); end loop;
            end $$;
            """
        try await withSubject(["1_a.up.sql": gated]) { subject, set in
            try await subject.database.psql("create schema a; create schema b")
            let a = Subject(subject.database, schema: "a")
            let work = Task { try await a.go(to: 1, in: set) }
            let found: Result<(trips: Int, own: String?, others: String?), any Error>
            do { found = .success(try await looks(subject)) } catch { found = .failure(error) }
            try await subject.database.psql("create table public.gate ()")
            #expect(try await work.value.after == VersionState(version: 1))
            let seen = try found.get()
            #expect(seen.trips == 1)
            #expect(seen.own == "pgfleet/migrate/1")
            #expect(seen.others == nil)
        }
    }

    /// Looks at the schemas `a`, at which a session is at work, and `b`.
    private func looks(_ subject: Subject) async throws -> (trips: Int, own: String?, others: String?) {
        try await subject.waitForSleeper()
        let (trips, own) = try await withProxy(to: subject.database.server.port, delay: .perGroup) { proxy in
            try await Subject(subject.database, schema: "a", port: proxy.port).session { session in
                let before = proxy.roundTrips
                _ = try await session.look()
                return (proxy.roundTrips - before, await session.sessionAtWork?.application)
            }
        }
        let others = try await Subject(subject.database, schema: "b").session { session in
            _ = try await session.look()
            return await session.sessionAtWork?.application
        }
        return (trips, own, others)
    }

    @Test func `a target with nothing to do takes three`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, set in
            try await subject.go(to: 1, in: set)
            let route = try set.route(from: nil, to: 1)
            let alone = try await trips(subject) { _ = await $0.run(route, in: set) }
            #expect(alone == 3)
            let afterLooking = try await trips(subject) { session in
                _ = try await session.look()
                _ = await session.run(route, in: set)
            }
            #expect(afterLooking == 3)
        }
    }

    @Test func `N transactional migrations take N and three more`() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: (1...7).map { ("\($0)_t.up.sql", "create table t\($0) (); select \($0);") })
        try await withSubject(files) { subject, set in
            let route = try set.route(from: nil, to: 7)
            let count = try await trips(subject) { session in
                #expect(await session.run(route, in: set).after == VersionState(version: 7))
            }
            #expect(count == 10)
        }
    }

    @Test func `looking for long transactions, a role and a name of the session cost none`() async throws {
        let files = ["1_a.up.sql": "create table a ()", "2_b.up.sql": "alter table a add column i int"]
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            let route = try set.route(from: 1, to: 2)
            let count = try await withProxy(to: subject.database.server.port, delay: .perGroup) { proxy in
                try await Subject(subject.database, port: proxy.port).with { $0.role = "postgres" }.session { session in
                    let before = proxy.roundTrips
                    #expect(await session.run(route, in: set, options: RunOptions(applicationName: "x")).failure == nil)
                    return proxy.roundTrips - before
                }
            }
            #expect(count == 4)
        }
    }

    @Test func `a look at forty more schemas takes two, and one for their histories`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, set in
            try await subject.go(to: 1, in: set)
            let schemas = (1...40).map { "s\($0)" }
            for schema in schemas { try await subject.database.psql("create schema \(schema)") }
            for schema in schemas.prefix(20) { try await Subject(subject.database, schema: schema).go(to: 1, in: set) }
            let others = schemas.map { schema in
                Target(
                    id: TargetID(rawValue: "test/local/\(schema)"), environment: "test",
                    endpoint: subject.target.endpoint, hostName: "local", database: subject.target.database,
                    schema: schema)
            }
            for (searches, expected) in [(false, 2), (true, 3)] {
                let count = try await trips(subject) { session in
                    _ = try await session.look()
                    let found = await session.look(at: others, among: [1], searchesHistory: searches)
                    #expect(found?.count == 40)
                }
                #expect(count == expected + 1)
            }
        }
    }

    @Test func `handing a session on takes one`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, _ in
            let other = Subject(subject.database, schema: "other").target
            let count = try await trips(subject) { session in
                _ = try await session.look()
                #expect(await session.handedOver(to: other) != nil)
            }
            #expect(count == 2)
        }
    }
}
