import FleetModel
import Inventory
import Migrations
import Postgres
import Rollout
import TestSupport
import Testing

/// The same is said of each target whether it is looked at with its neighbours or by itself.
@Suite("Looking at many schemas of a database") struct SharedSurveyTests {
    private static let files = ["1_a.up.sql": "create table a ()", "2_b.up.sql": "create table b ()"]
    private static let table = "create table schema_migrations (version bigint primary key, dirty boolean not null);"

    /// Says what differs, and returns what was said.
    private func compare(
        _ fleet: NeighbourFleet, searchesHistory: Bool = true, _ place: SourceLocation = #_sourceLocation
    ) async -> [String: Survey.Entry] {
        let (shared, alone) = await fleet.surveys(searchesHistory: searchesHistory)
        #expect(shared.map(\.saying.target) == fleet.targets.map(\.target.id), sourceLocation: place)
        for (one, other) in zip(shared, alone) { #expect(one.saying == other.saying, sourceLocation: place) }
        return Dictionary(shared.map { ($0.target.target.schema ?? "", $0) }) { first, _ in first }
    }

    @Test func `tells the clean, the dirty, the broken and the missing as one look at each does`() async throws {
        try await withDatabase { database in
            let version = "insert into schema_migrations values"
            try await database.make(["empty", "new"], "")
            try await database.make(["norow"], Self.table)
            try await database.make(["one"], Self.table + "\(version) (1, false)")
            try await database.make(["unfinished"], Self.table + "\(version) (2, true)")
            try await database.make(["never_begun"], Self.table + "\(version) (-1, true)")
            try await database.make(["several"], Self.table + "\(version) (1, false), (2, false)")
            try await database.make(["negative"], Self.table + "\(version) (-7, false)")
            try await database.make(["unknown"], Self.table + "\(version) (77, false)")
            try await database.make(["foreign_columns"], "create table schema_migrations (version text primary key)")
            try await database.make(["text"], "create table schema_migrations (version text, dirty text)")
            try await database.make(
                ["view"],
                "create table v (version bigint, dirty boolean); insert into v values (2, false);"
                    + "create view schema_migrations as select version, dirty from v "
                    + "where current_setting('search_path') = '\"view\"'")
            try await database.make(["index"], "create table i (a int); create index schema_migrations on i (a)")
            let schemas = [
                "empty", "new", "norow", "one", "unfinished", "never_begun", "several", "negative", "unknown",
                "foreign_columns", "text", "view", "index", "absent", "pg_catalog",
            ]
            try await withNeighbours(schemas, in: database, files: Self.files) { fleet in
                let said = await compare(fleet)
                #expect(said["empty"]?.state == .empty)
                #expect(said["norow"]?.state == .empty)
                #expect(said["one"]?.state == VersionState(version: 1))
                #expect(said["unfinished"]?.state == VersionState(version: 2, isDirty: true))
                #expect(said["never_begun"]?.state?.isDirty == true)
                #expect(said["view"]?.state == VersionState(version: 2))
                for name in ["several", "negative", "foreign_columns", "index", "absent"] {
                    #expect(said[name]?.isFailure == true)
                }
            }
        }
    }

    @Test func `takes one session where all of them are plain, however many`() async throws {
        try await withDatabase { database in
            let schemas = (1...40).map { "s\($0)" }
            try await database.make(schemas, Self.table + "insert into schema_migrations values (1, false)")
            try await withNeighbours(schemas, in: database, files: Self.files) { fleet in
                let before = try await database.sessionCount()
                let executor = fleet.executor
                let entries = await executor.survey(searchesHistory: true).entries
                await executor.closeIdle()
                #expect(entries.allSatisfy { $0.state == VersionState(version: 1) })
                #expect(entries.count == schemas.count)
                // A session is counted when it has ended; the server tells of it a little later.
                var count = 0
                for _ in 0..<200 where count == 0 {
                    count = try await database.sessionCount() - before
                }
                #expect(count == 1)
            }
        }
    }

    @Test(arguments: [
        ["we\"ird", "a,b", "back\\slash", "quote\"\u{301}x", "Upper Case", "o'clock", "sémantique", "null"],
        ["public", "x; drop schema public", "-- x", String(repeating: "n", count: 63), "*", "\"", "\\", "%s"],
    ])
    func `reads the name of a schema as it is`(schemas: [String]) async throws {
        try await withDatabase { database in
            try await database.psql("drop schema public")
            try await database.make(schemas, Self.table)
            for (index, schema) in schemas.enumerated() where index % 2 == 0 {
                try await database.psql("insert into \(quotedIdentifier(schema)).schema_migrations values (1, false)")
            }
            try await withNeighbours(schemas, in: database, files: Self.files) { fleet in
                let said = await compare(fleet)
                for (index, schema) in schemas.enumerated() {
                    #expect(said[schema]?.state == VersionState(version: index % 2 == 0 ? 1 : nil))
                }
            }
        }
    }

    @Test func `tells what a role may not do in one schema, and all of the others`() async throws {
        try await withDatabase { database in
            let role = "reader_\(database.name)"
            let schemas = ["usable", "closed", "unreadable", "ruled", "also"]
            try await database.make(schemas, Self.table + "insert into schema_migrations values (1, false)")
            try await database.psql(
                """
                create role \(role) login;
                grant usage on schema usable, unreadable, ruled, also to \(role);
                grant select on usable.schema_migrations, also.schema_migrations, ruled.schema_migrations to \(role);
                alter table ruled.schema_migrations enable row level security
                """)
            try await withNeighbours(schemas, in: database, user: role, files: Self.files) { fleet in
                let said = await compare(fleet)
                #expect(said["usable"]?.state == VersionState(version: 1))
                #expect(said["also"]?.state == VersionState(version: 1))
                #expect(said["ruled"]?.state == .empty)
                for name in ["closed", "unreadable"] {
                    #expect(said[name]?.isFailure == true)
                }
            }
            try await database.psql("drop owned by \(role); drop role \(role)")
        }
    }

    @Test func `is not spoilt by schemas that are missing at its beginning`() async throws {
        try await withDatabase { database in
            try await database.make(["there"], Self.table + "insert into schema_migrations values (2, false)")
            for absent in [1, 2, 5] {
                let schemas = (0..<absent).map { "absent\($0)" } + ["there"]
                try await withNeighbours(schemas, in: database, files: Self.files) { fleet in
                    let there = await compare(fleet)["there"]?.state
                    #expect(there == VersionState(version: 2))
                }
            }
        }
    }

    @Test func `waits for a lock in one schema as one look at it does`() async throws {
        try await withDatabase { database in
            let schemas = ["free", "locked", "other"]
            try await database.make(schemas, Self.table + "insert into schema_migrations values (1, false)")
            try await withNeighbours(schemas, in: database, files: Self.files) { fleet in
                let holder = try await database.connect()
                _ = try await holder.run("begin; lock table locked.schema_migrations")
                let executor = fleet.executor
                async let survey = executor.survey()
                try await database.untilWaiting()
                _ = try await holder.run("commit")
                let entries = await survey.entries
                await executor.closeIdle()
                #expect(entries.allSatisfy { $0.state == VersionState(version: 1) })
                #expect(entries.count == schemas.count)
                await holder.close()
            }
        }
    }

    @Test func `finds what was passed over, in the history and in a list`() async throws {
        for layout in [Layout.golangMigrate, .dbmate, .goose, .flyway] {
            try await withDatabase { database in
                let schemas = ["whole", "gap", "new", "back"]
                try await database.make(schemas)
                let all = layout.files([1, 2, 3])
                try await withNeighbours(schemas, in: database, layout: layout, files: layout.files([1, 3])) { fleet in
                    _ = try await fleet.bring("gap", to: 3)
                }
                try await withNeighbours(schemas, in: database, layout: layout, files: all) { fleet in
                    try await fleet.bring("whole", to: 3)
                    try await fleet.bring("back", to: 3)
                    try await fleet.bring("back", from: 3, to: 1)
                    for searches in [true, false] { _ = await compare(fleet, searchesHistory: searches) }
                    let said = await compare(fleet)
                    #expect(said["gap"]?.neverApplied == [2])
                    #expect(said["whole"]?.neverApplied == [])
                    #expect(said["back"]?.state == VersionState(version: 1))
                    #expect(said["new"]?.state == .empty)
                }
            }
        }
    }

    @Test(arguments: [Layout.dbmate, .goose])
    func `finds a migration that did not end where only the progress tells`(layout: Layout) async throws {
        try await withDatabase { database in
            let schemas = ["good", "bad", "late"]
            try await database.make(schemas)
            let file = layout.file("select 1 / (case current_schema() when 'bad' then 0 else 1 end)", isWhole: false)
            try await withNeighbours(schemas, in: database, layout: layout, files: [layout.name(of: 1): file]) {
                fleet in
                try await fleet.bring("good", to: 1)
                try await fleet.bring("bad", to: 1)
                let said = await compare(fleet)
                #expect(said["good"]?.state == VersionState(version: 1))
                #expect(said["bad"]?.state?.isDirty == true)
                #expect(said["bad"]?.progress != nil)
                #expect(said["late"]?.state == .empty)
            }
        }
    }

    @Test func `names a standby for each of them`() async throws {
        try await withServers(1) { servers in
            let database = try await servers[0].createDatabase("app")
            let schemas = ["a", "b", "c"]
            try await database.make(schemas, Self.table + "insert into schema_migrations values (1, false)")
            try await servers[0].becomeStandby()
            try await withNeighbours(schemas, in: database, files: Self.files) { fleet in
                for entry in await compare(fleet).values {
                    #expect(entry.obstacle?.kind == .readOnly)
                    #expect(entry.state == VersionState(version: 1))
                }
            }
        }
    }

    @Test(arguments: ["session", "transaction", "statement"])
    func `behind a pooler looks at each by itself and leaves nothing in it`(mode: String) async throws {
        try await withDatabase { database in
            let schemas = ["a", "b", "c"]
            try await database.make(schemas, Self.table + "insert into schema_migrations values (1, false)")
            try await withPooler(mode, before: database.server) { pooler in
                try await withNeighbours(schemas, in: database, port: pooler.port, files: Self.files) { fleet in
                    for entry in await compare(fleet).values {
                        #expect(entry.obstacle?.kind == (mode == "session" ? nil : .pooled))
                        #expect(entry.state == VersionState(version: 1))
                    }
                }
                var keywords = database.keywords
                keywords["port"] = String(pooler.port)
                let other = try await Connection.open(
                    ConnectionSettings(keywords: keywords), timeout: ConnectTimeout(.seconds(5)))
                #expect(try await other.query("show search_path").firstValue == "\"$user\", public")
                #expect(try await other.query("show lock_timeout").firstValue == "0")
                await other.close()
            }
        }
    }

    @Test func `says of each why none can be reached`() async throws {
        try await withDatabase { database in
            try await withNeighbours(
                ["a", "b", "c"], in: database, user: "nobody_here", files: Self.files
            ) { fleet in
                for entry in await compare(fleet).values {
                    #expect(entry.isFailure == true)
                }
            }
        }
    }

    @Test func `that is cancelled answers for all of them`() async throws {
        try await withDatabase { database in
            let schemas = (1...20).map { "s\($0)" }
            try await database.make(schemas, Self.table)
            try await withNeighbours(schemas, in: database, files: Self.files) { fleet in
                let holder = try await database.connect()
                _ = try await holder.run("begin; lock table s1.schema_migrations")
                let executor = fleet.executor
                let survey = Task { await executor.survey().entries }
                try await database.untilWaiting()
                survey.cancel()
                let entries = await survey.value
                await executor.closeIdle()
                #expect(entries.count == schemas.count)
                #expect(entries.first?.isFailure == true)
                await holder.close()
            }
        }
    }
}

extension NeighbourFleet {
    /// Brings a schema to a version, whatever comes of it.
    @discardableResult
    func bring(_ schema: String, from: Version? = nil, to: Version?) async throws -> TargetReport? {
        guard let target = self[schema] else { return nil }
        let executor = alone(target)
        let report = await executor.bring(
            target.target.id, along: try route(from: from, to: to), allowsMissingDowns: true, shouldStop: { false },
            onStep: { _ in })
        await executor.closeIdle()
        return report
    }
}

extension TestDatabase {
    /// Returns when a session of the database waits for a lock.
    func untilWaiting() async throws {
        let asking = try await connect()
        while try await asking.query(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).firstValue == "0" {}
        await asking.close()
    }
}

extension Layout {
    /// The name of the file of a version, up.
    func name(of version: Int) -> String {
        switch self {
        case .golangMigrate: "\(version)_v.up.sql"
        case .dbmate, .goose: "\(version)_v.sql"
        case .flyway: "V\(version)__v.sql"
        }
    }

    /// A file that runs some SQL up and nothing down.
    func file(_ sql: String, isWhole: Bool = true) -> String {
        switch self {
        case .golangMigrate, .flyway: sql
        case .dbmate: "-- migrate:up\(isWhole ? "" : " transaction:false")\n\(sql);\n-- migrate:down\nselect 1;\n"
        case .goose:
            "\(isWhole ? "" : "-- +goose NO TRANSACTION\n")-- +goose Up\n\(sql);\n-- +goose Down\nselect 1;\n"
        }
    }

    /// Files for some versions, each with a table of its own.
    func files(_ versions: [Int]) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: versions.map { (name(of: $0), file("create table t\($0) ()")) })
    }
}
