import FleetModel
import Migrations
import Synchronization
import TestSupport
import Testing

@Suite("Long transactions of others") struct LongTransactionTests {
    private static let files = [
        "1_a.up.sql": "create table a (i int); create table b (i int)", "2_b.up.sql": "alter table a add column j int",
    ]

    private func rule(_ action: LongTransactions.Action, _ subject: Subject) -> Subject {
        subject.with {
            $0.longTransactions = LongTransactions(action: action, olderThan: .milliseconds(1))
            $0.lockTimeout = LockTimeout(.milliseconds(50))
        }
    }

    @Test func `on a table that is migrated are shown before`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("insert into a values (4711)", on: subject, named: "billing") {
                let log = Log()
                let options = RunOptions(
                    onStep: { _ in log.add("step") }, onNotice: { log.add("\($0)") })
                let report = try await rule(.show, subject).go(to: 2, in: set, options)
                #expect(report.failure?.kind == .lockTimeout)
                #expect(log.entries.count == 2)
                let notice = log.entries.first ?? ""
                #expect(notice.hasPrefix("long transaction on the tables that are migrated: process "), "\(notice)")
                #expect(notice.contains("(application 'billing', idle in transaction for 0 s)"), "\(notice)")
            }
        }
    }

    @Test func `are a reason to refuse, where the inventory says so`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("select from a", on: subject, named: "billing") {
                let report = try await rule(.refuse, subject).go(to: 2, in: set)
                #expect(report.failure?.kind == .busy)
                #expect(report.failure?.consequence == "Nothing was changed")
                #expect(report.after == VersionState(version: 1))
                #expect(try await subject.advisoryLocks() == "0")
            }
        }
    }

    @Test func `are waited for, where the inventory says so`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            let (waiting, begins) = AsyncStream<Void>.makeStream()
            let running = try await holding("select from a", on: subject) {
                let options = RunOptions(onNotice: { _ in begins.yield() })
                let running = Task { try await rule(.wait, subject).go(to: 2, in: set, options) }
                for await _ in waiting { break }
                return running
            }
            #expect(try await running.value.after == VersionState(version: 2))
        }
    }

    @Test func `that do not end in time defer the target`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("select from a", on: subject) {
                let hasty = rule(.wait, subject).with {
                    $0.lockRetry = LockRetry(attempts: 2, initial: .zero, max: .zero, budget: .milliseconds(10))
                }
                let report = try await hasty.go(to: 2, in: set)
                #expect(report.failure?.kind == .deferred)
                #expect(report.failure?.consequence == "Nothing was changed")
            }
        }
    }

    @Test func `on other tables are nobody's business`() async throws {
        try await withSubject(Self.files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("insert into b values (1)", on: subject) {
                let report = try await rule(.refuse, subject).go(to: 2, in: set)
                #expect(report.after == VersionState(version: 2))
            }
        }
    }
}
