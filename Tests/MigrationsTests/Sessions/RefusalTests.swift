import FleetModel
import Migrations
import Postgres
import TestSupport
import Testing

@Suite("What is refused before anything is changed") struct RefusalTests {
    private let files = [
        "1_a.up.sql": "create table a ()", "1_a.down.sql": "drop table a", "2_b.up.sql": "create table b ()",
        "2_b.down.sql": "drop table b", "3_c.up.sql": "create table c ()",
    ]

    @Test func `a dirty target`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql("update schema_migrations set dirty = true")
            #expect(try await subject.look() == VersionState(version: 1, isDirty: true))
            let report = try await subject.go(to: 3, in: set)
            #expect(report.failure?.kind == .dirty)
            #expect(report.failure?.remedy?.contains("migrate force") == true)
            #expect(report.before == VersionState(version: 1, isDirty: true))
            #expect(report.after == report.before)
            #expect(try await subject.tables() == "a")
            #expect(try await subject.advisoryLocks() == "0")
        }
    }

    @Test func `a target that has moved off the route`() async throws {
        try await withSubject(files) { subject, set in
            let route = try set.route(from: 1, to: 2)
            try await subject.go(to: 3, in: set)
            let report = try await subject.session { await $0.run(route, in: set) }
            #expect(report.failure?.kind == .moved)
            #expect(report.failure?.message.contains("on version 3") == true)
            #expect(report.failure?.message.contains("from 1 to 2") == true)
            #expect(report.after == VersionState(version: 3))
        }
    }

    @Test func `a target that someone else moved to the middle of a route on which nothing was begun`() async throws {
        try await withSubject(files) { subject, set in
            let route = try set.route(from: 1, to: 3)
            try await subject.go(to: 2, in: set)
            let options = RunOptions(mayHaveBegun: false)
            let report = try await subject.session { await $0.run(route, in: set, options: options) }
            #expect(report.failure?.kind == .moved)
            #expect(report.after == VersionState(version: 2))
            #expect(try await subject.tables() == "a b")
            try await subject.go(to: 3, in: set)
            let there = try await subject.session { await $0.run(route, in: set, options: options) }
            #expect(there.failure == nil, "somebody has done the work")
            #expect(there.finished.isEmpty)
        }
    }

    @Test func `a way back over a version without a down file, where that is not wanted`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.go(to: 3, in: set)
            let route = try set.route(from: 3, to: 1)
            let options = RunOptions(allowsMissingDowns: false)
            let report = try await subject.session { await $0.run(route, in: set, options: options) }
            #expect(report.failure?.kind == .missingDown)
            #expect(report.failure?.message.contains("ersion 3") == true)
            #expect(report.after == VersionState(version: 3))
            #expect(try await subject.tables() == "a b c")
        }
    }

    @Test func `a target on a version that no file has`() async throws {
        try await withSubject(files) { subject, set in
            _ = try await subject.session { try await $0.force(77) }
            let report = try await subject.session { await $0.run(try set.route(from: 1, to: 2), in: set) }
            #expect(report.failure?.kind == .unknownVersion)
            #expect(report.after == VersionState(version: 77))
        }
    }

    @Test func `files that were edited or removed since the plan was made`() async throws {
        try await withSubject(files) { subject, planned in
            let route = try planned.route(from: nil, to: 3)
            for (name, text) in [("2_b.up.sql", "create table edited ()"), ("2_b.up.sql", nil)] {
                var files = files
                files[name] = text
                let changed = try await set(of: files)
                let report = try await subject.session { await $0.run(route, in: changed) }
                #expect(report.failure?.kind == .filesChanged)
                #expect(
                    report.failure?.message.contains("version 2") == true
                        || report.failure?.message.contains(name) == true)
                #expect(report.after == .empty)
                #expect(try await subject.tables() == "")
            }
        }
    }

    @Test func `a version table with two rows, which force repairs`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql("insert into schema_migrations values (2, false)")
            let failure = try await #require(throws: TargetFailure.self) { try await subject.look() }
            #expect(failure.kind == .versionTable)
            #expect(failure.message.contains("more than one row"))
            let report = try await subject.session { await $0.run(try set.route(from: 1, to: 2), in: set) }
            #expect(report.failure?.kind == .versionTable)
            #expect(try await subject.rows() == "1|f\n2|f")
            #expect(try await subject.session { try await $0.force(1) } == VersionState(version: 1))
        }
    }

    @Test func `a table of the same name that belongs to another tool`() async throws {
        try await withSubject(files) { subject, _ in
            try await subject.database.psql("create table schema_migrations (version varchar primary key)")
            let failure = try await #require(throws: TargetFailure.self) { try await subject.look() }
            #expect(failure.kind == .versionTable)
            #expect(failure.message.contains("another tool"))
        }
    }

    @Test func `and force does not empty that table`() async throws {
        try await withSubject(files) { subject, _ in
            try await subject.database.psql(
                "create table schema_migrations (version varchar primary key); insert into schema_migrations values ('2024')"
            )
            for version in [nil, Version(1)] {
                let failure = try await #require(throws: TargetFailure.self) {
                    _ = try await subject.session { try await $0.force(version) }
                }
                #expect(failure.kind == .versionTable)
            }
            #expect(try await subject.database.psql("select version from schema_migrations") == "2024")
            #expect(try await subject.advisoryLocks() == "0")
        }
    }

    @Test func `another schema's version table is not taken for this one's`() async throws {
        try await withSubject(files) { subject, set in
            try await subject.go(to: 1, in: set)
            try await subject.database.psql("create schema postgres")
            #expect(try await subject.look() == .empty)
        }
    }

    @Test func `a schema that does not exist`() async throws {
        try await withSubject(files) { subject, _ in
            let tenant = Subject(subject.database, schema: "nowhere")
            let failure = try await #require(throws: TargetFailure.self) { try await tenant.look() }
            #expect(failure.kind == .unknownDatabase)
            #expect(failure.message.contains("nowhere"))
        }
    }

    @Test func `a database that does not exist`() async throws {
        try await withSubject(files) { subject, _ in
            var settings = subject.settings
            settings["dbname"] = "nowhere"
            let failure = try await #require(throws: TargetFailure.self) {
                _ = try await TargetSession.open(subject.target, settings: settings)
            }
            #expect(failure.kind == .unknownDatabase)
            #expect(failure.remedy != nil)
        }
    }
}
