import FleetModel
import Migrations
import TestSupport
import Testing

@Suite("A file with BEGIN and COMMIT around it") struct WrappedFileTests {
    private let first = ["1_a.up.sql": "create table a ()", "1_a.down.sql": "drop table a"]

    @Test func `runs as one transaction with its version row`() async throws {
        let files = first.merging(["2_b.up.sql": "BEGIN;\ncreate table b ();\nCOMMIT;\n"]) { $1 }
        try await withSubject(files) { subject, set in
            let route = try set.route(from: 1, to: 2)
            #expect(route.steps.map(\.isTransactional) == [true])
            let report = try await subject.go(to: 2, in: set)
            #expect(report.after == VersionState(version: 2))
            #expect(try await subject.tables() == "a b")
        }
    }

    @Test func `leaves nothing behind when it fails, and the place is the file's`() async throws {
        let text = "-- é\nBEGIN;\ncreate table b ();\nselect 'ä',\n  1/0;\nselect no_such_column;\nCOMMIT;\n"
        try await withSubject(first.merging(["2_b.up.sql": text]) { $1 }) { subject, set in
            let report = try await subject.go(to: 2, in: set)
            #expect(report.after == VersionState(version: 1))
            #expect(try await subject.tables() == "a")
            #expect(report.failure?.place?.line == 4)
            #expect(report.failure?.place?.statement == 2)
            #expect(report.failure?.place?.statements == 3)
        }
    }

    @Test func `of dbmate without a transaction keeps its own`() async throws {
        let files = [
            "1_a.sql": """
            -- migrate:up transaction:false
            begin; create table a (); commit;
            create table b ();
            -- migrate:down transaction:false
            begin; drop table a; drop table b; commit;
            """
        ]
        try await withSubject(.dbmate, files) { subject, set in
            let up = try await subject.go(to: 1, in: set)
            #expect(up.after == VersionState(version: 1))
            #expect(try await subject.tables() == "a b")
            let down = try await subject.go(to: nil, in: set)
            #expect(down.after == .empty)
            #expect(try await subject.tables() == "")
        }
    }
}

@Suite("Directives of a file") struct DirectiveRouteTests {
    @Test func `its step has the limits that the file asks for`() async throws {
        let set = try await set(of: [
            "1_a.up.sql": "-- pgfleet: per_host=1 delay=2s transaction=off\nselect 1",
            "1_a.down.sql": "select 1",
        ])
        let up = try #require(try set.route(from: nil, to: 1).steps.first)
        #expect(up.limits == StepLimits(perHost: 1, delaySeconds: 2))
        #expect(!up.isTransactional)
        let down = try #require(try set.route(from: 1, to: nil).steps.first)
        #expect(down.limits == nil)
        #expect(down.isTransactional)
    }

    @Test func `one that cannot be followed refuses the route with its place`() async throws {
        let set = try await set(of: ["1_a.up.sql": "\n-- pgfleet: retrie=off\nselect 1"])
        let error = #expect(throws: MigrationsError.self) { try set.route(from: nil, to: 1) }
        #expect(error?.description.contains("1_a.up.sql:2:13: 'retrie' is no directive; did you mean `retry`?") == true)
        #expect(set.scriptFindings().map(\.kind) == [.unrunnable])
    }

    @Test func `a text that the grammar cannot read is not run statement by statement`() async throws {
        let set = try await set(of: ["1_a.up.sql": "-- pgfleet: transaction=off\ncreate table t (a int) using"])
        #expect(throws: MigrationsError.self) { try set.route(from: nil, to: 1) }
    }
}
