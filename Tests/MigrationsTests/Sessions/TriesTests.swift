import FleetModel
import Migrations
import Synchronization
import TestSupport
import Testing

@Suite("A migration that meets a lock") struct TriesTests {
    /// The sequence counts the tries: `nextval` is not undone with the transaction.
    static let files = [
        "1_a.up.sql": "create table a (i int); create sequence tries",
        "2_b.up.sql": "select nextval('tries'); alter table a add column j int",
    ]

    @Test func `is tried again until the lock is free`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            let running = try await holding("lock table a", on: subject) {
                let running = Task {
                    let retry = LockRetry(attempts: 1000, initial: .milliseconds(5), max: .milliseconds(20))
                    return try await subject.impatient(retry).go(to: 2, in: set)
                }
                while try await subject.tries() < 2 { try await Task.sleep(for: .milliseconds(20)) }
                return running
            }
            let report = try await running.value
            #expect(report.failure == nil)
            #expect(report.after == VersionState(version: 2))
        }
    }

    @Test func `is given up after so many tries, and nothing is changed`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("lock table a", on: subject) {
                let retry = LockRetry(attempts: 3, initial: .milliseconds(1), max: .milliseconds(2))
                let report = try await subject.impatient(retry).go(to: 2, in: set)
                #expect(report.failure?.kind == .deferred)
                #expect(report.failure?.consequence == "The database is clean on version 1")
                #expect(report.failure?.message.contains("after 3 tries") == true)
                #expect(try await subject.tries() == 3)
                #expect(report.after == VersionState(version: 1))
            }
        }
    }

    @Test(arguments: ["55P03", "40P01", "40001"])
    func `or a deadlock or another's changes is tried again, by the code`(state: String) async throws {
        let file = """
            create table b (); do $$ begin
                if nextval('tries') < 3 then raise exception 'no' using errcode = '\(state)'; end if;
            end $$
            """
        try await withSubject(["1_a.up.sql": "create sequence tries", "2_b.up.sql": file]) { subject, set in
            let retry = LockRetry(attempts: 9, initial: .milliseconds(1), max: .milliseconds(2))
            let report = try await subject.impatient(retry).go(to: 2, in: set)
            #expect(report.after == VersionState(version: 2))
            #expect(try await subject.tries() == 3)
        }
    }

    @Test func `is not what a text says`() async throws {
        let file = "select nextval('tries'); do $$ begin raise exception 'deadlock detected'; end $$"
        try await withSubject(["1_a.up.sql": "create sequence tries", "2_b.up.sql": file]) { subject, set in
            let retry = LockRetry(attempts: 9, initial: .milliseconds(1), max: .milliseconds(2))
            let report = try await subject.impatient(retry).go(to: 2, in: set)
            #expect(report.failure?.kind == .sql)
            #expect(try await subject.tries() == 1)
        }
    }

    @Test func `stops waiting for its next try when it is asked to`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("lock table a", on: subject) {
                let isStopping = Atomic(false)
                let retry = LockRetry(attempts: 1000, initial: .seconds(60), max: .seconds(60))
                let options = RunOptions(shouldStop: { isStopping.load(ordering: .relaxed) })
                async let report = subject.impatient(retry).go(to: 2, in: set, options)
                while try await subject.tries() < 1 { try await Task.sleep(for: .milliseconds(20)) }
                isStopping.store(true, ordering: .relaxed)
                #expect(try await report.failure?.kind == .cancelled)
                #expect(try await report.after == VersionState(version: 1))
            }
        }
    }

    @Test(arguments: 1...40)
    func `pauses between nothing and its bound`(tries: Int) {
        var random = SystemRandomNumberGenerator()
        let retry = LockRetry(attempts: 40, initial: .milliseconds(250), max: .seconds(30))
        let pause = retry.pause(after: tries, using: &random)
        #expect(pause >= .zero)
        #expect(pause <= min(.seconds(30), .milliseconds(250) * (1 << min(tries - 1, 20))))
    }
}

extension Subject {
    /// Waits for a lock for a moment only, as often as the rule says.
    fileprivate func impatient(_ retry: LockRetry) -> Subject {
        with {
            $0.lockTimeout = LockTimeout(.milliseconds(50))
            $0.lockRetry = retry
        }
    }

    /// How often migration 2 was begun.
    fileprivate func tries() async throws -> Int {
        try await database.psql("select case when is_called then last_value else 0 end from tries")
            .split(separator: "\n").first.flatMap { Int($0) } ?? 0
    }
}
