import FleetModel
import Migrations
import TestSupport
import Testing

@Suite("What a file asks for itself") struct DirectiveRunTests {
    @Test func `its timeouts hold for it and for no other`() async throws {
        let show = """
            create table if not exists limits (t text);
            insert into limits select current_setting('lock_timeout') || ' ' || current_setting('statement_timeout');
            """
        let files = [
            "1_a.up.sql": "-- pgfleet: lock_timeout=1500ms, statement_timeout=42s\n\(show)",
            "2_b.up.sql": "\(show)",
            "3_c.up.sql": "-- pgfleet: transaction=off statement_timeout=7s\n\(show)",
        ]
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 3, in: set)
            #expect(report.failure == nil)
            let rows = try await subject.database.psql("select t from limits")
            #expect(rows == "1500ms 42s\n5s 15min\n5s 7s")
        }
    }

    @Test func `without a transaction it runs statement by statement, and keeps what was done`() async throws {
        let files = ["1_a.up.sql": "-- pgfleet: transaction=off\ncreate table a (); create table b (); select 1/0"]
        try await withSubject(files) { subject, set in
            let report = try await subject.go(to: 1, in: set)
            #expect(report.after == VersionState(version: 1, isDirty: true))
            #expect(report.failure?.message.contains("Statements 1 to 2 had ended") == true)
            let tables = try await subject.tables()
            #expect(tables == "a b")
        }
    }

    @Test func `without a retry it fails at the first lock`() async throws {
        let files = [
            "1_a.up.sql": "create table a ()", "2_b.up.sql": "-- pgfleet: retry=off\nalter table a add column i int",
        ]
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await holding("lock table a", on: subject) {
                let patient = subject.with {
                    $0.lockTimeout = LockTimeout(.milliseconds(100))
                    $0.lockRetry = .standard
                }
                let report = try await patient.go(to: 2, in: set)
                #expect(report.failure?.kind == .lockTimeout)
            }
        }
    }
}
