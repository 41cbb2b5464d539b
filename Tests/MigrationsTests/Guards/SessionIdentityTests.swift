import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("The session of a migration") struct SessionIdentityTests {
    private static let unused = ["1_a.up.sql": "select 1"]

    @Test(arguments: ["create table b ()", "create table b (i int); create index concurrently b_i on b (i)"])
    func `runs the file as the inventory's role, and the rest as who logs in`(body: String) async throws {
        try await withSubject(["1_b.up.sql": body]) { subject, set in
            let owner = "owner_\(subject.database.name)"
            let login = "login_\(subject.database.name)"
            try await subject.database.psql(
                """
                create role \(owner); create role \(login) login in role \(owner);
                grant create on schema public to \(owner), \(login)
                """)
            let report = try await Subject(subject.database, user: login).with { $0.role = owner }.go(to: 1, in: set)
            #expect(report.failure == nil)
            let owners = try await subject.database.psql(
                "select relowner::regrole from pg_class where relname in ('b', 'schema_migrations') order by relname")
            #expect(owners == "\(owner)\n\(login)")
            try await subject.database.psql("drop owned by \(owner), \(login); drop role \(owner), \(login)")
        }
    }

    @Test func `says when the role may not be taken`() async throws {
        try await withSubject(["1_b.up.sql": "create table b ()"]) { subject, set in
            let login = "login_\(subject.database.name)"
            try await subject.database.psql("create role \(login) login; grant create on schema public to \(login)")
            let report = try await Subject(subject.database, user: login).with { $0.role = "postgres" }
                .go(to: 1, in: set)
            #expect(report.failure?.kind == .permissionDenied)
            #expect(report.failure?.message.contains("set role \"postgres\"") == true)
            #expect(report.after == .empty)
            try await subject.database.psql("drop owned by \(login); drop role \(login)")
        }
    }

    @Test(arguments: [true, false])
    func `reads and records a failure as who logs in, whoever ran the file`(isOfInventory: Bool) async throws {
        try await withSubject(Self.unused) { subject, _ in
            let owner = "owner_\(subject.database.name)"
            let login = "login_\(subject.database.name)"
            try await subject.database.psql(
                """
                create role \(owner); create role \(login) login in role \(owner);
                grant create on schema public to \(owner), \(login);
                grant create on database \(subject.database.name) to \(login)
                """)
            let set = try await set(of: [
                "1_a.up.sql": "select 1",
                "2_b.up.sql": (isOfInventory ? "" : "set role \(owner);") + "create table b (); vacuum b; select 1/0",
            ])
            let report = try await Subject(subject.database, user: login)
                .with { $0.role = isOfInventory ? owner : nil }.go(to: 2, in: set)
            #expect(report.failure?.sqlState == "22012")
            #expect(report.after == VersionState(version: 2, isDirty: true))
            #expect(try await subject.history("version, sqlstate").last == "2|22012")
            try await subject.database.psql("drop owned by \(owner), \(login); drop role \(owner), \(login)")
        }
    }

    @Test func `takes the mark back where its role may not be taken`() async throws {
        try await withSubject(["1_a.up.sql": "select 1", "2_b.up.sql": "vacuum pg_cast; select 1"]) { subject, set in
            let login = "login_\(subject.database.name)"
            try await subject.database.psql("create role \(login) login; grant create on schema public to \(login)")
            let own = Subject(subject.database, user: login)
            try await own.go(to: 1, in: set)
            let report = try await own.with { $0.role = "postgres" }.go(to: 2, in: set)
            #expect(report.failure?.kind == .permissionDenied)
            #expect(report.after == VersionState(version: 1))
            try await subject.database.psql("drop owned by \(login); drop role \(login)")
        }
    }

    @Test func `is called by rollout and version`() async throws {
        let files = [
            "7_a.up.sql": "create table a as select current_setting('application_name') as name",
            "8_b.up.sql": "insert into a values (current_setting('application_name')); vacuum a",
        ]
        try await withSubject(files) { subject, set in
            let name = "pgfleet/20261122-210759-2ujc"
            #expect(try await subject.go(to: 8, in: set, RunOptions(applicationName: name)).failure == nil)
            let names = try await subject.database.psql("select name from a")
            #expect(names == "\(name)/7\n\(name)/8")
        }
    }

    @Test func `tells what the server says, harmless and bounded`() async throws {
        let file = """
            do $$ begin
                raise warning 'careful \u{1b}[31m';
                for n in 1..30 loop raise notice 'n %', n; end loop;
            end $$
            """
        try await withSubject(["1_a.up.sql": file]) { subject, set in
            let log = Log()
            _ = try await subject.go(to: 1, in: set, RunOptions(onNotice: { log.add("\($0)") }))
            #expect(log.entries.count == 21)
            #expect(log.entries.first == "1: WARNING: careful \\u{1b}[31m")
            #expect(log.entries.last == "1: and 11 more messages of the server")
        }
    }

    @Test func `is waited for while no connection is left`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, set in
            let role = "single_\(subject.database.name)"
            try await subject.database.psql(
                "create role \(role) login connection limit 1; grant create on schema public to \(role)")
            let single = Subject(subject.database, user: role)
            let running = try await holding("select 1", on: single) {
                await #expect(throws: TargetFailure.self) {
                    try await single.session(SessionOptions(turnLimit: .zero)) { _ in }
                }
                return Task { try await single.go(to: 1, in: set) }
            }
            #expect(try await running.value.after == VersionState(version: 1))
            try await subject.database.psql("drop owned by \(role); drop role \(role)")
        }
    }
}
