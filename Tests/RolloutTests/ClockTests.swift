import FleetModel
import Foundation
import Inventory
import Migrations
import Store
import Synchronization
import TestSupport
import Testing

@testable import Rollout

/// The wall clock is set while a rollout waits for it, forward and back.
@Suite("A rollout and the clock") struct ClockTests {
    private static let me = Operator(user: "ada", machine: "desk", process: 1)

    /// Thursdays, 10 to 11 UTC.
    private static let times = StartTimes(windows: [MaintenanceWindow(days: [.thu], from: 600, to: 660, zone: "UTC")])
    private static func thursday(_ hour: Int) -> Date {
        Date(timeIntervalSince1970: 1_795_651_200 + Double(hour) * 3600)
    }

    /// A clock that tests set, and what a rollout tells.
    private final class Bystander: Sendable {
        private let time: Mutex<Date>
        private let seen = Mutex<[RolloutEvent]>([])

        init(_ time: Date) { self.time = Mutex(time) }

        var now: Date {
            get { time.withLock { $0 } }
            set { time.withLock { $0 = newValue } }
        }

        var events: [RolloutEvent] { seen.withLock { $0 } }

        func see(_ event: RolloutEvent) { seen.withLock { $0.append(event) } }

        func wait(for name: String, times: Int = 1) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while events.count(where: { $0.name == name }) < times {
                guard ContinuousClock.now < deadline else { throw NeverCame(name: name) }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    private struct NeverCame: Error { let name: String }

    /// Runs a rollout of two databases, one environment each, under other rules than the inventory's.
    ///
    /// - Parameters:
    ///   - migration: version 1.
    ///   - body: gets the run's clock while it runs.
    private func run(
        from time: Date, migration: String = "CREATE TABLE t1 ();", rules: (Int, inout EnvironmentRules) -> Void,
        _ body: (Bystander, [TestDatabase]) async throws -> Void
    ) async throws {
        try await withDatabases(2) { databases in
            try await withTemporaryDirectory { directory in
                try FileManager.default.createDirectory(
                    atPath: directory + "/migrations", withIntermediateDirectories: true)
                try Data(migration.utf8).write(to: URL(filePath: directory + "/migrations/1_a.up.sql"))
                let entries = databases.enumerated().map { index, database in
                    "  e\(index): {on_failure: halt, waves: [{name: all}], targets: "
                        + "[{host: 127.0.0.1, port: \(database.server.port), database: \(database.name)}]}\n"
                }
                let fleet = try Fleet(
                    yaml: "fleet: f\ndefaults: {user: postgres}\nenvironments:\n" + entries.joined(),
                    file: directory + "/fleet.yaml")
                let source = MigrationSource(directory: directory + "/migrations", layout: .golangMigrate)
                let library = try MigrationLibrary([source])
                let executor = TargetExecutor(
                    targets: fleet.targets, library: library, resolver: SecretResolver(), origin: RunOrigin())
                let plan = try Planner(fleet: fleet, library: library, goal: .latest).plan(await executor.survey()).plan
                let ruled = Plan(
                    fleet: plan.fleet, goal: plan.goal,
                    environments: plan.environments.enumerated().map { index, environment in
                        var changed = environment.rules
                        rules(index, &changed)
                        return PlannedEnvironment(name: environment.name, rules: changed, waves: environment.waves)
                    })
                let store = try await Store.open(path: directory + "/state.sqlite")
                let id = try await store.create(ruled, by: Self.me)
                let bystander = Bystander(time)
                let runner = RolloutRunner(
                    id, store: store, executor: executor, as: Self.me, control: RolloutControl(),
                    approve: { _, _ in .approved }, observe: { bystander.see($0.event) }, now: { bystander.now })
                async let running = runner.run(.start)
                do { try await body(bystander, databases) } catch {
                    // What it waits for may never come.
                    bystander.now = .distantFuture
                    throw error
                }
                #expect(try await running.machine.course == .ended(.succeeded))
                await executor.closeIdle()
            }
        }
    }

    @Test func `waits before a window opens, also when the clock is set back, and goes on when it opens`() async throws
    {
        try await run(from: Self.thursday(9)) { _, rules in
            rules.startTimes = Self.times
        } _: { bystander, databases in
            try await bystander.wait(for: "window_awaited")
            bystander.now = Self.thursday(2)
            #expect(try await databases[0].psql("SELECT count(*) FROM pg_class WHERE relname = 't1'") == "0")
            bystander.now = Self.thursday(10)
            try await bystander.wait(for: "ended")
            #expect(bystander.events.count { $0.name == "window_opened" } == 2)
        }
    }

    @Test func `a window that closes lets what runs finish, and the next target waits for another one`() async throws {
        let gated = """
            DO $$ BEGIN
              WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'gate') LOOP PERFORM pg_sleep(0.02); END LOOP;
            END $$;
            """
        try await run(from: Self.thursday(10), migration: gated) { _, rules in
            rules.startTimes = Self.times
        } _: { bystander, databases in
            try await bystander.wait(for: "target_started")
            bystander.now = Self.thursday(11)
            try await bystander.wait(for: "window_closed")
            for database in databases { try await database.psql("CREATE TABLE gate ()") }
            try await bystander.wait(for: "target_finished")
            #expect(bystander.events.count { $0.name == "target_started" } == 1)
            bystander.now = Self.thursday(10).addingTimeInterval(7 * 86_400)
            try await bystander.wait(for: "ended")
            let names = bystander.events.map(\.name)
            let second = try #require(names.lastIndex(of: "target_started"))
            #expect(names[..<second].contains("window_opened"))
        }
    }

    @Test func `a promotion counts from when the versions were passed, whatever the clock did in between`() async throws
    {
        let start = Date.now
        try await run(from: start) { index, rules in
            if index == 1 { rules.promotion = Promotion(awaited: ["e0"], bakeSeconds: 3600) }
        } _: { bystander, databases in
            try await bystander.wait(for: "promotion_awaited")
            bystander.now = start.addingTimeInterval(-86_400)
            bystander.now = start.addingTimeInterval(3000)
            #expect(!bystander.events.contains { $0.name == "promoted" })
            #expect(try await databases[1].psql("SELECT count(*) FROM pg_class WHERE relname = 't1'") == "0")
            bystander.now = start.addingTimeInterval(7200)
            try await bystander.wait(for: "ended")
            #expect(bystander.events.contains { $0.name == "promoted" })
        }
    }
}
