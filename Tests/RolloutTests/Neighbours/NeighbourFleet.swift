import FleetModel
import FoundationEssentials
import Inventory
import Migrations
import Postgres
import Rollout
import TestSupport

/// Schemas of one database as targets, with the same access and the same files.
struct NeighbourFleet {
    let targets: [FleetTarget]
    let library: MigrationLibrary

    /// Knows all of them, as a rollout does.
    var executor: TargetExecutor { executor(for: targets) }

    /// Knows one target and so shares nothing.
    func alone(_ target: FleetTarget) -> TargetExecutor { executor(for: [target]) }

    private func executor(for targets: [FleetTarget]) -> TargetExecutor {
        TargetExecutor(
            targets: targets, library: library, resolver: SecretResolver(),
            origin: RunOrigin(operatorName: "ada"))
    }

    /// The target of a schema.
    subscript(schema: String) -> FleetTarget? { targets.first { $0.target.schema == schema } }

    /// The route of one target's source.
    func route(from: Version?, to: Version?) throws -> Route {
        guard let source = targets.first?.access.source else { return Route(from: from, steps: []) }
        return try library.files(of: source).route(from: from, to: to)
    }

    /// Looks at all of them at once, and at each by an executor of its own.
    func surveys(searchesHistory: Bool = true) async -> (shared: [Survey.Entry], alone: [Survey.Entry]) {
        let shared = executor
        let together = await shared.survey(searchesHistory: searchesHistory).entries
        await shared.closeIdle()
        var alone: [Survey.Entry] = []
        for target in targets {
            let executor = self.alone(target)
            alone += await executor.survey(searchesHistory: searchesHistory).entries
            await executor.closeIdle()
        }
        return (together, alone)
    }
}

/// Lends schemas of a database as targets.
///
/// - Parameters:
///   - settings: more settings of the fleet's defaults, as YAML.
///   - port: of a pooler in front of the server.
func withNeighbours<Value>(
    _ schemas: [String], in database: TestDatabase, layout: Layout = .golangMigrate, user: String = "postgres",
    settings: [String] = [], port: Int? = nil, files: [String: String],
    _ body: (NeighbourFleet) async throws -> Value
) async throws -> Value {
    try await withTemporaryDirectory { directory in
        let folder = directory + "/migrations"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: folder + "/" + name)) }
        let names = String(decoding: try JSONEncoder().encode(schemas), as: UTF8.self)
        let defaults = ["user: \(user)", "layout: \(layout.rawValue)"] + settings
        let fleet = try Fleet(
            yaml: """
                fleet: f
                defaults: {\(defaults.joined(separator: ", "))}
                environments:
                  e:
                    targets:
                      - {host: \(database.server.host), port: \(port ?? database.server.port), database: \(database.name), schemas: \(names)}
                """, file: directory + "/fleet.yaml")
        let source = MigrationSource(directory: folder, layout: layout)
        return try await body(NeighbourFleet(targets: fleet.targets, library: try MigrationLibrary([source])))
    }
}

extension Survey.Entry {
    /// All that it says, to compare.
    var saying: Saying {
        Saying(
            target: target.target.id, found: found, progress: progress, neverApplied: neverApplied, obstacle: obstacle)
    }

    /// Its version; nil where that is not known.
    var state: VersionState? { try? found.get() }

    var isFailure: Bool { state == nil }

    struct Saying: Hashable {
        let target: TargetID
        let found: Result<VersionState, TargetFailure>
        let progress: StatementProgress?
        let neverApplied: [Version]
        let obstacle: TargetFailure?
    }
}

extension TestDatabase {
    /// Makes schemas, each with what some SQL says in it.
    func make(_ schemas: [String], _ sql: String = "") async throws {
        for schema in schemas {
            let name = quotedIdentifier(schema)
            try await psql("CREATE SCHEMA \(name); SET search_path = \(name); \(sql)")
        }
    }

    /// How many sessions were begun in the database since its beginning.
    func sessionCount() async throws -> Int {
        let text = try await server.psql(
            "SELECT pg_stat_force_next_flush(); SELECT sessions FROM pg_stat_database WHERE datname = '\(name)'")
        return text.split(separator: "\n").last.flatMap { Int($0) } ?? 0
    }
}
