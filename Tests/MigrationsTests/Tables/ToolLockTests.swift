import FleetModel
import Migrations
import TestSupport
import Testing

@Suite("The locks of other tools") struct ToolLockTests {
    private static let locks: [(Layout, Int64)] = [
        // Observed: dbmate 2.37.0 with --migration-lock.
        (.dbmate, 48_372_615),
        // goose v3, lock.DefaultLockID, and the one of its first releases.
        (.goose, 4_097_083_626), (.goose, 5_887_940_537_704_921_958),
        // 77431708279161 + "\"public\".\"flyway_schema_history\"".hashCode() in Java.
        (.flyway, 77_433_833_903_597),
    ]
    private let files = [
        "1_a.sql": "-- migrate:up\n-- +goose Up\ncreate table a ();\n-- migrate:down\n-- +goose Down\ndrop table a;",
        "V1__a.sql": "create table a ();",
    ]

    @Test(arguments: locks)
    func `keep pgfleet out, and the holder is named`(layout: Layout, number: Int64) async throws {
        let files = files.filter { $0.key.hasPrefix("V") == (layout == .flyway) }
        try await withSubject(layout, files) { subject, set in
            try await holding("select pg_advisory_lock(\(number))", on: subject, named: "other") {
                let report = try await subject.with { $0.lockWait = .milliseconds(120) }.go(to: 1, in: set)
                #expect(report.failure?.kind == .lockHeld)
                #expect(report.failure?.message.contains("'other'") == true)
            }
            let report = try await subject.go(to: 1, in: set)
            #expect(report.after == VersionState(version: 1))
        }
    }

    @Test func `of golang-migrate before 4 15 are taken where the rules say so`() async throws {
        try await withSubject(["1_a.up.sql": "create table a ()"]) { subject, set in
            for prefix in ["/", ""] {
                let id = LockID(before415InSchema: "public", database: prefix + subject.database.name)
                try await holding("select pg_advisory_lock(\(id.number))", on: subject) {
                    let strict = subject.with {
                        $0.takesOldLocks = true
                        $0.lockWait = .milliseconds(120)
                    }
                    let report = try await strict.go(to: 1, in: set)
                    #expect(report.failure?.kind == .lockHeld)
                }
            }
            let report = try await subject.go(to: 1, in: set)
            #expect(report.after == VersionState(version: 1))
        }
    }

    @Test(arguments: [("/app", 2_621_266_710), ("app", 2_802_248_011)] as [(String, Int64)])
    func `of golang-migrate before 4 15 have no table in them`(database: String, number: Int64) {
        #expect(LockID(before415InSchema: "public", database: database).number == number)
    }
}
