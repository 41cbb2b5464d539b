import FleetModel
import FoundationEssentials
import Inventory
import LocalServers
import Migrations
import Postgres
import Store
import TestSupport
import Testing

@testable import Rollout

@Suite("Running a rollout") struct RunnerTests {
    private static let me = Operator(user: "ada", machine: "desk", process: 1)

    /// Lends a fleet of the databases with one migration that writes down when it began and ended.
    private func withFleet(
        of count: Int, _ body: (Fleet, [TestDatabase], String) async throws -> Void
    ) async throws {
        try await withDatabases(count) { databases in
            try await withTemporaryDirectory { directory in
                try FileManager.default.createDirectory(
                    atPath: directory + "/migrations", withIntermediateDirectories: true)
                let text = """
                    CREATE TABLE ran AS SELECT extract(epoch FROM clock_timestamp()) AS began;
                    SELECT pg_sleep(0.1);
                    ALTER TABLE ran ADD ended numeric DEFAULT extract(epoch FROM clock_timestamp());
                    """
                try Data(text.utf8).write(to: URL(filePath: directory + "/migrations/1_ran.up.sql"))
                let targets = databases.map { "{host: 127.0.0.1, port: \($0.server.port), database: \($0.name)}" }
                let fleet = try Fleet(
                    yaml: """
                        fleet: f
                        defaults: {user: postgres}
                        environments:
                          e: {on_failure: halt, waves: [{name: all}], targets: [\(targets.joined(separator: ", "))]}
                        """, file: directory + "/fleet.yaml")
                try await body(fleet, databases, directory)
            }
        }
    }

    /// Runs the one migration with limits of its own, and returns when each database began and ended, in order.
    private func spans(_ fleet: Fleet, _ databases: [TestDatabase], _ directory: String, _ limits: StepLimits)
        async throws
        -> [(began: Double, ended: Double)]
    {
        let source = MigrationSource(directory: directory + "/migrations", layout: .golangMigrate)
        let library = try MigrationLibrary([source])
        let executor = TargetExecutor(
            targets: fleet.targets, library: library, resolver: SecretResolver(), origin: RunOrigin())
        let plan = try Planner(fleet: fleet, library: library, goal: .latest).plan(await executor.survey()).plan
        let store = try await Store.open(path: directory + "/state.sqlite")
        let id = try await store.create(plan.limited(by: limits), by: Self.me)
        let runner = RolloutRunner(
            id, store: store, executor: executor, as: Self.me, control: RolloutControl(),
            approve: { _, _ in .approved },
            observe: { _ in })
        let result = try await runner.run(.start)
        await executor.closeIdle()
        #expect(result.machine.course == .ended(.succeeded))
        var spans: [(began: Double, ended: Double)] = []
        for database in databases {
            let numbers = try await database.psql("SELECT began, ended FROM ran").split(separator: "|").compactMap {
                Double($0)
            }
            spans.append((try #require(numbers.first), try #require(numbers.last)))
        }
        return spans.sorted { $0.began < $1.began }
    }

    @Test func `a delay lies between the starts, and targets that wait for nothing go on beside`() async throws {
        try await withFleet(of: 3) { fleet, databases, directory in
            _ = try await spans(fleet, databases, directory, StepLimits(delaySeconds: 0.3))
            let store = try await Store.open(path: directory + "/state.sqlite")
            let starts = try await store.rollout(named: "last").journal.filter {
                if case .targetStarted = $0.event { true } else { false }
            }.map(\.milliseconds)
            #expect(starts.count == 3)
            // From announcement to announcement, by one clock: a pause may be longer and is never shorter.
            for (first, second) in zip(starts, starts.dropFirst()) { #expect(second - first >= 295) }
        }
    }

    @Test func `one at a time is one at a time, and alone is too`() async throws {
        for limits in [StepLimits(concurrency: 1), StepLimits(perHost: 1), StepLimits(isAlone: true)] {
            try await withFleet(of: 3) { fleet, databases, directory in
                let spans = try await spans(fleet, databases, directory, limits)
                for (first, second) in zip(spans, spans.dropFirst()) { #expect(second.began >= first.ended) }
            }
        }
    }

    @Test func `a password that has expired since it was looked up is looked up again`() async throws {
        try await withServers(1) { servers in
            let server = servers[0]
            _ = try await server.createDatabase("shop")
            try await server.psql("CREATE ROLE migrator LOGIN PASSWORD 'second'")
            let rules = URL(filePath: server.server.dataDirectory + "/pg_hba.conf")
            let old = String(decoding: try Data(contentsOf: rules), as: UTF8.self)
            try Data("host all migrator 127.0.0.1/32 scram-sha-256\n\(old)".utf8).write(to: rules)
            try await server.psql("SELECT pg_reload_conf()")
            try await withTemporaryDirectory { directory in
                try FileManager.default.createDirectory(
                    atPath: directory + "/migrations", withIntermediateDirectories: true)
                try Data().write(to: URL(filePath: directory + "/migrations/1_a.up.sql"))
                try Data("first".utf8).write(to: URL(filePath: directory + "/token"))
                let fleet = try Fleet(
                    yaml: """
                        fleet: f
                        defaults: {user: migrator, password: "${file:token}"}
                        environments:
                          e: {targets: [{host: 127.0.0.1, port: \(server.port), database: shop}]}
                        """, file: directory + "/fleet.yaml")
                let resolver = SecretResolver(freshFor: .zero)
                let access = try #require(fleet.targets.first).access
                #expect(try await access.resolved(with: resolver)["password"] == "first")
                try Data("second".utf8).write(to: URL(filePath: directory + "/token"))
                let source = MigrationSource(directory: directory + "/migrations", layout: .golangMigrate)
                let executor = TargetExecutor(
                    targets: fleet.targets, library: try MigrationLibrary([source]),
                    resolver: resolver, origin: RunOrigin())
                let found = try await executor.survey().entries.first?.found.get()
                await executor.closeIdle()
                #expect(found == .empty)
            }
        }
    }
}

extension Plan {
    /// The same plan, in which every step up has these limits.
    fileprivate func limited(by limits: StepLimits) -> Plan {
        Plan(
            fleet: fleet, goal: goal,
            environments: environments.map { environment in
                var rules = environment.rules
                rules.perHost = 16
                return PlannedEnvironment(
                    name: environment.name, rules: rules,
                    waves: environment.waves.map { wave in
                        PlannedWave(
                            name: wave.name, gate: wave.gate,
                            targets: wave.targets.map { planned in
                                PlannedTarget(
                                    target: planned.target,
                                    route: Route(
                                        from: planned.route.from,
                                        steps: planned.route.steps.map { $0.limited(by: limits) }), back: planned.back)
                            })
                    })
            })
    }
}

extension MigrationStep {
    fileprivate func limited(by limits: StepLimits) -> MigrationStep {
        MigrationStep(
            version: version, title: title, direction: direction, from: from, to: to, checksum: checksum,
            isTransactional: isTransactional, limits: limits)
    }
}
