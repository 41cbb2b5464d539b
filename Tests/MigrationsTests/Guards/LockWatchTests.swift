import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("The watch over a wait for a lock") struct LockWatchTests {
    private static let files = ["1_a.up.sql": "create table a (i int)", "2_b.up.sql": "alter table a add column j int"]

    @Test func `names who holds the lock, and what it ran, without literals`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("insert into a values (4711)", on: subject, named: "bill\u{1b}ing") {
                let report = try await subject.with { $0.lockTimeout = LockTimeout(.milliseconds(400)) }
                    .go(to: 2, in: set)
                let message = report.failure?.message ?? ""
                #expect(report.failure?.kind == .lockTimeout)
                #expect(message.contains("The lock is held by process "), "\(message)")
                #expect(message.contains("(application 'bill"), "\(message)")
                #expect(message.contains("idle in transaction for 0 s): begin; insert into a values (?)"), "\(message)")
                #expect(!message.contains("4711") && !message.contains("\u{1b}"))
            }
            try await subject.waitForEnd(of: "pgfleet/watch")
        }
    }

    @Test func `says what can be said where the role may not see more`() async throws {
        try await withSubject(Self.files) { subject, set in
            let role = "watched_\(subject.database.name)"
            try await subject.database.psql("create role \(role) login; grant create on schema public to \(role)")
            let own = Subject(subject.database, user: role).with { $0.lockTimeout = LockTimeout(.milliseconds(400)) }
            try await own.go(to: 1, in: set)
            try await holding("lock table a", on: subject, named: "billing") {
                let message = try await own.go(to: 2, in: set).failure?.message ?? ""
                #expect(message.contains("user postgres, the role may see no more of it"), "\(message)")
                #expect(!message.contains("lock table"), "\(message)")
            }
            try await subject.database.psql("drop owned by \(role); drop role \(role)")
        }
    }

    @Test func `cancels the wait when too many others queue behind it, and the migration is deferred`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("lock table a in access share mode", on: subject) {
                let patient = subject.with {
                    $0.lockTimeout = LockTimeout(.seconds(60))
                    $0.lockRetry = LockRetry(attempts: 2, initial: .milliseconds(1), max: .milliseconds(1))
                    $0.damageGuard = DamageGuard(perTry: 0.2, perRun: 0.2)
                }
                let migrating = Task { try await patient.go(to: 2, in: set) }
                try await subject.waitForSession("and wait_event_type = 'Lock'")
                let reading = Task { try await subject.database.psql("select count(*) from a") }
                let report = try await migrating.value
                #expect(report.failure?.kind == .deferred)
                #expect(report.failure?.message.contains("1 session queued behind it") == true)
                #expect(report.failure?.consequence == "The database is clean on version 1")
                // The reader goes on as soon as the wait is over, although the lock is still held.
                #expect(try await reading.value == "0")
            }
        }
    }

    @Test func `leaves a migration alone that is at work and waits for nobody`() async throws {
        let files = ["1_a.up.sql": "create table a (i int)", "2_b.up.sql": "select pg_sleep(1.2)"]
        try await withSubject(files) { subject, set in
            let report = try await subject.with { $0.damageGuard = DamageGuard(perTry: 0, perRun: 0) }
                .with { $0.lockTimeout = LockTimeout(.milliseconds(50)) }.go(to: 2, in: set)
            #expect(report.failure == nil)
        }
    }

    @Test func `opens no connection for a migration that is quick`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await withProxy(to: subject.database.server.port) { proxy in
                try await Subject(subject.database, port: proxy.port).go(to: 2, in: set)
                #expect(proxy.connections == 1)
            }
        }
    }

    @Test func `that gets no connection does not fail the migration`() async throws {
        let files = ["1_a.up.sql": "create table a (i int)", "2_b.up.sql": "select pg_sleep(0.3)"]
        try await withSubject(files) { subject, set in
            let role = "single_\(subject.database.name)"
            try await subject.database.psql(
                "create role \(role) login connection limit 1; grant create on schema public to \(role)")
            let report = try await Subject(subject.database, user: role)
                .with { $0.lockTimeout = LockTimeout(.milliseconds(50)) }.go(to: 2, in: set)
            #expect(report.failure == nil)
            try await subject.database.psql("drop owned by \(role); drop role \(role)")
        }
    }
}

extension Subject {
    /// Returns when no session of this name is left on the database.
    fileprivate func waitForEnd(of name: String) async throws {
        try await database.psql(
            """
            do $$ begin
                while exists (
                    select from pg_stat_activity where application_name = '\(name)' and datname = current_database()
                ) loop perform pg_sleep(0.01), pg_stat_clear_snapshot(); end loop;
            end $$
            """)
    }
}
