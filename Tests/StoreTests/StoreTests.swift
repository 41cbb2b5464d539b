import FleetModel
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("The store") struct StoreTests {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("pgfleet-store-\(UUID().uuidString)")
    var path: String { directory.appendingPathComponent("state.sqlite").path }
    let me = Operator(user: "ada", machine: "desk", process: 1)
    let plan = Plan(fleet: "shop", goal: .version(9), environments: [])

    func withStore(_ body: (Store) async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(Store.open(path: path))
    }

    /// Runs a journal while `body` appends to it.
    func withJournal(_ store: Store, _ claim: Claim, after last: Int64 = 0, _ body: (Journal) async throws -> Void)
        async throws
    {
        let journal = Journal(store: store, claim: claim, after: last)
        async let writing = journal.run()
        do { try await body(journal) } catch {
            await journal.finish()
            throw error
        }
        await journal.finish()
        _ = await writing
    }

    @Test func `events come back as they were written, in order`() async throws {
        try await withStore { store in
            let id = try await store.create(plan, by: me)
            let claim = try await store.claim(id)
            let events: [RolloutEvent] = [
                .started(by: me), .waveStarted(WaveID(environment: 0, wave: 1)),
                .targetStarted(TargetID(rawValue: "a/b/c")),
                .targetFinished(
                    TargetID(rawValue: "a/b/c"),
                    TargetReport(
                        before: .empty, after: nil,
                        failure: TargetFailure(kind: .sql, message: "déjà \u{1}\"", sqlState: "42P01"))),
                .gateFinished(WaveID(environment: 0, wave: 0), nil),
                .halted(.tooManyFailures(environment: "e", failures: 1)), .halted(.rollbackRequested),
                .approved(ApprovalScope(environment: "e", wave: "w"), by: me),
                .approvalAwaited(ApprovalScope(environment: "e")),
                .asked(
                    OperatorRequest(
                        number: 3, action: .skip(target: TargetID(rawValue: "a/b/c")), by: me, groups: ["dba"],
                        reason: "it is being moved")),
                .asked(OperatorRequest(number: 4, action: .abort(takesBack: true, cancels: false), by: me)),
                .promotionAwaited(environment: "e"), .promoted(environment: "e"), .windowAwaited(environment: "e"),
                .windowOpened(environment: "e"), .windowClosed(environment: "e"),
                .hookStarted(HookID(point: .host(environment: "e", name: "h"), moment: .before, index: 1)),
                .hookFinished(
                    HookID(point: .rollout, moment: .after, index: 0),
                    HookReport(name: "tell", seconds: 0.5, output: "done\n")),
                .baselineStarted(WaveID(environment: 0, wave: 1)),
                .baselineFinished(
                    WaveID(environment: 0, wave: 1),
                    [Baseline(check: "errors", target: TargetID(rawValue: "a/b/c"), value: 1.5)], nil),
                .retriesAwaited(WaveID(environment: 0, wave: 0)),
                .environmentPassed(environment: "e", [PassedStep(version: 9, checksum: "ab")]),
                .rollbackStarted([TargetID(rawValue: "a/b/c")]),
                .waveRepeated(WaveID(environment: 1, wave: 2)), .targetsDeferred([TargetID(rawValue: "a/b/c")]),
                .ended(.rolledBack),
            ]
            try await withJournal(store, claim) { journal in
                try await journal.whenDurable(await journal.append(events))
            }
            let record = try await store.rollout(named: "last")
            #expect(record.plan == plan)
            #expect(record.journal.map(\.event) == events)
            #expect(record.journal.map(\.sequence) == Array(1...Int64(events.count)))
        }
    }

    @Test func `a commit is on the disk before it is reported`() async throws {
        try await withStore { store in
            let level = try await store.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(level == 2, "2 is FULL; NORMAL syncs nothing at a commit in WAL mode")
        }
    }

    @Test func `many writers at once share commits and lose nothing`() async throws {
        try await withStore { store in
            let claim = try await store.claim(try await store.create(plan, by: me))
            try await withJournal(store, claim) { journal in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<500 {
                        group.addTask {
                            let target = TargetID(rawValue: "t\(number)")
                            try await journal.whenDurable(await journal.append([.targetStarted(target)]))
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let record = try await store.rollout(named: "last")
            #expect(Set(record.journal.map(\.event)).count == 500)
        }
    }

    @Test func `a rollout that a living process works on cannot be claimed`() async throws {
        try await withStore { store in
            let id = try await store.create(plan, by: me)
            let claim = try await store.claim(id)
            await #expect { _ = try await store.claim(id) } throws: { error in
                if case .claimed(let holder)? = (error as? StoreError)?.reason {
                    holder.process == ProcessInfo.processInfo.processIdentifier
                } else {
                    false
                }
            }
            try await store.release(claim)
            _ = try await store.claim(id)
        }
    }

    @Test func `two rollouts do not work on one target at once`() async throws {
        func plan(_ names: String...) -> Plan {
            let step = MigrationStep(
                version: 9, title: "t", direction: .up, from: 8, to: 9, checksum: "", isTransactional: true)
            let targets = names.map { name in
                PlannedTarget(
                    target: Target(
                        id: TargetID(rawValue: name), environment: "e", endpoint: HostEndpoint(host: "h", port: 1),
                        hostName: "h", database: name),
                    route: Route(from: 8, steps: [step]), back: Route(from: 9, steps: []))
            }
            let wave = PlannedWave(name: "w", targets: targets)
            let environment = PlannedEnvironment(name: "e", waves: [wave])
            return Plan(fleet: "shop", goal: .version(9), environments: [environment])
        }
        try await withStore { store in
            let first = try await store.create(plan("a", "b"), by: me)
            let second = try await store.create(plan("b", "c"), by: me)
            let apart = try await store.create(plan("c"), by: me)
            let claim = try await store.claim(first)
            await #expect { _ = try await store.claim(second) } throws: { error in
                if case .targetClaimed(let target, _, in: first)? = (error as? StoreError)?.reason {
                    target.rawValue == "b"
                } else {
                    false
                }
            }
            let other = try await store.claim(apart)
            try await store.release(claim)
            try await store.release(other)
            _ = try await store.claim(second)
        }
    }

    @Test func `the claim of a process that died is taken over, and its writes are refused from then on`() async throws
    {
        try await withStore { store in
            let id = try await store.create(plan, by: me)
            let old = try await store.claim(id)
            // The same process number, begun at another time: what is left of a process that was killed.
            try await store.write { try $0.execute(sql: "UPDATE claim SET process_started = '1'") }
            let new = try await store.claim(id)
            await #expect { try await store.renew(old) } throws: { ($0 as? StoreError)?.reason == .claimLost }
            try await withJournal(store, old) { journal in
                let last = await journal.append([.started(by: me)])
                await #expect { try await journal.whenDurable(last) } throws: {
                    ($0 as? StoreError)?.reason == .claimLost
                }
            }
            try await store.renew(new)
            #expect(try await store.rollout(named: "last").journal.isEmpty)
        }
    }

    @Test(arguments: ["machine = 'elsewhere'", "boot = 'another container of this name'", "process_started = ''"])
    func `a claim whose process cannot be seen from here is believed until its lease is over`(place: String)
        async throws
    {
        try await withStore { store in
            let id = try await store.create(plan, by: me)
            _ = try await store.claim(id)
            try await store.write { try $0.execute(sql: "UPDATE claim SET \(place)") }
            await #expect(throws: StoreError.self) { _ = try await store.claim(id) }
            try await store.write { try $0.execute(sql: "UPDATE claim SET heartbeat_ms = heartbeat_ms - 31000") }
            _ = try await store.claim(id)
        }
    }

    @Test func `a full store says so and tells what was not recorded`() async throws {
        try await withStore { store in
            let claim = try await store.claim(try await store.create(plan, by: me))
            try await store.write { database in
                let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 1
                try database.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
            try await withJournal(store, claim) { journal in
                let long = TargetID(rawValue: String(repeating: "x", count: 100_000))
                let last = await journal.append([.targetStarted(long)])
                await #expect { try await journal.whenDurable(last) } throws: {
                    ($0 as? StoreError)?.reason == .full
                }
            }
            #expect(try await store.rollout(named: "last").journal.isEmpty)
        }
    }

    @Test func `a file that is no store is refused and left as it is`() async throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let text = String(repeating: "not a database ", count: 100)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        await #expect { _ = try await Store.open(path: path) } throws: { ($0 as? StoreError)?.reason == .damaged }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test func `a store of a newer pgfleet is refused`() async throws {
        try await withStore { store in
            try await store.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 later')") }
            await #expect { _ = try await Store.open(path: path) } throws: {
                ($0 as? StoreError)?.reason == .newerFormat
            }
        }
    }

    @Test func `a directory that cannot be made is an error that names it`() async throws {
        await #expect { _ = try await Store.open(path: "/proc/nowhere/state.sqlite") } throws: {
            ($0 as? StoreError)?.reason == .cannotOpen
        }
    }

    @Test func `a shortened name finds its rollout and an ambiguous one is refused`() async throws {
        try await withStore { store in
            let first = try await store.create(plan, by: me)
            _ = try await store.create(plan, by: me)
            #expect(try await store.rollout(named: first.rawValue).id == first)
            await #expect(throws: StoreError.self) { _ = try await store.rollout(named: "2") }
            await #expect { _ = try await store.rollout(named: "nothing") } throws: {
                ($0 as? StoreError)?.reason == .unknownRollout("nothing")
            }
        }
    }

    @Test func `looking for a store makes none`() async throws {
        #expect(try await Store.openIfPresent(path: path) == nil)
        #expect(!FileManager.default.fileExists(atPath: directory.path))
    }
}
