import FleetModel
import Foundation
import Migrations
import Schema
import TestSupport
import Testing

@Suite("Expected schemas, replayed on scratch") struct ReplayTests {
    /// Writes files and loads them.
    private func withFiles<Value>(
        _ files: [String: String], _ body: (MigrationSet) async throws -> Value
    ) async throws -> Value {
        try await withTemporaryDirectory { directory in
            for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)")) }
            return try await body(try MigrationSet.load(directory: directory, layout: .golangMigrate))
        }
    }

    private static let files = [
        "1_one.up.sql": Samples.inOneSchema,
        "2_two.up.sql": "create table later (id int primary key, a text default 'x')",
        "3_three.up.sql": "create index concurrently later_a on later (a);",
        "4_four.up.sql": "create view lone as select id, a from later where id > 3 order by a",
    ]

    /// Where the tests run on a server of another release than scratch has, no print of theirs is taken for drift.
    @Test func `are those of a server on which the same files ran, version by version`() async throws {
        try await withFiles(Self.files) { set in
            let scratch = try await ScratchServer.start(major: nil)
            let replay = Replay(
                set: set, rules: TargetRules(), scratch: ScratchRules(), scope: CatalogScope(home: "public"))
            let versions = set.versions
            let expected = try await replay.schemas(on: Set(versions.map { $0 } + [nil]), scratch)
            #expect(expected.map(\.version) == [nil] + versions)
            #expect(expected[0].snapshot.objects.isEmpty)
            try await withDatabase { database in
                try await withSession(database) { session in
                    var current: Version?
                    for schema in expected.dropFirst() {
                        let report = await session.run(
                            try set.route(from: current, to: schema.version), in: set, options: RunOptions())
                        #expect(report.failure == nil)
                        current = schema.version
                        let live = try await session.snapshot(CatalogScope(home: "public"))
                        let difference = SchemaDifference(expected: schema.snapshot, live: live)
                        #expect(difference.isEmpty, "\(difference.findings.map(\.key))")
                        if scratch.major == live.server / 10_000 {
                            let look = try await session.fingerprint(CatalogScope(home: "public"))
                            #expect(look.fingerprint == schema.fingerprint)
                        }
                    }
                }
            }
        }
    }

    @Test func `need the roles and extensions that the files name, and say so where those are missing`() async throws {
        let files = [
            "1_a.up.sql":
                "create table a (id int); grant select on a to reader; create extension if not exists pg_trgm; "
                + "select helper()"
        ]
        try await withFiles(files) { set in
            let scratch = try await ScratchServer.start(major: nil)
            func replay(_ rules: ScratchRules) -> Replay {
                Replay(set: set, rules: TargetRules(), scratch: rules, scope: CatalogScope())
            }
            let versions: Set<Version?> = [set.versions[0]]
            let bare = await #expect(throws: ScratchError.self) {
                try await replay(ScratchRules()).schemas(on: versions, scratch)
            }
            #expect(bare?.description.contains("reader") == true)
            #expect(bare?.description.contains("scratch:") == true)
            try await withTemporaryDirectory { directory in
                let prelude = directory + "/prelude.sql"
                let broken = await #expect(throws: ScratchError.self) {
                    try await replay(ScratchRules(roles: ["reader"], prelude: prelude)).schemas(on: versions, scratch)
                }
                #expect(broken?.reason == .unreadablePrelude(prelude))
                try Data("create function helper() returns int language sql as 'select 1'".utf8)
                    .write(to: URL(filePath: prelude))
                let rules = ScratchRules(extensions: ["pg_trgm"], roles: ["reader"], prelude: prelude)
                let found = try await replay(rules).schemas(on: versions, scratch)
                #expect(found.first?.snapshot.objects[SchemaObject.Identity(kind: .table, name: "a")] != nil)
            }
            let none = await #expect(throws: ScratchError.self) {
                try await replay(ScratchRules(extensions: ["no_such_extension"])).schemas(on: versions, scratch)
            }
            #expect(none?.description.contains("no_such_extension") == true)
        }
    }

    @Test func `a scratch server goes with whoever no longer refers to it`() async throws {
        let before = try directories()
        var scratch: ScratchServer? = try await ScratchServer.start(major: nil)
        #expect(scratch?.major ?? 0 >= 13)
        let made = try directories().subtracting(before)
        #expect(!made.isEmpty)
        scratch = nil
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(30)
        while try !directories().isDisjoint(with: made), clock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        // Others that run meanwhile have made theirs; one of those that are gone is ours.
        #expect(try !directories().isSuperset(of: made))
    }

    @Test func `programs that are not there are told of`() async {
        await #expect(throws: (any Error).self) {
            try await ScratchServer.start(major: nil, programs: "/nonexistent/bin")
        }
    }

    private func directories() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("pgfleet-scratch-") })
    }
}
