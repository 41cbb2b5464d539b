import FleetModel
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Runs of schedules in the store") struct ScheduleRunTests {
    let path = FileManager.default.temporaryDirectory.appending(path: "pgfleet-runs-\(UUID().uuidString)").path
    let me = Operator(user: "ada", machine: "desk", process: 7)

    private func withStore(_ body: (Store) async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(Store.open(path: path + "/state.sqlite"))
    }

    private func begin(_ store: Store, _ schedule: String = "nightly", due: Date? = nil) async throws -> RunClaim {
        try #require(
            try await store.beginRun(of: schedule, in: "shop", job: "status", by: me) { _ in .run(due: due) })
    }

    /// Makes the last run one of another process.
    private func give(_ store: Store, to set: String) async throws {
        try await store.write { try $0.execute(sql: "UPDATE schedule_run SET \(set)") }
    }

    @Test func `a run comes back as it was, the newest first`() async throws {
        try await withStore { store in
            let due = Date(timeIntervalSince1970: 1_800_000_000)
            let claim = try await begin(store, due: due)
            #expect(try await store.runs(in: "shop", limit: 9).map(\.outcome) == [.running])
            let end = Date(timeIntervalSince1970: 1_800_000_002)
            try await store.end(claim, exitCode: 3, summary: "7 targets: 1 dirty", at: end)
            _ = try await begin(store, "hourly")
            let runs = try await store.runs(of: "nightly", in: "shop", limit: 9)
            #expect(runs.map(\.dueMilliseconds) == [1_800_000_000_000])
            #expect(runs.map(\.by) == [me])
            #expect(
                runs.map(\.outcome)
                    == [.ended(atMilliseconds: 1_800_000_002_000, exitCode: 3, summary: "7 targets: 1 dirty")])
            #expect(try await store.runs(in: "shop", limit: 9).map(\.schedule) == ["hourly", "nightly"])
            #expect(try await store.runs(in: "other", limit: 9).isEmpty)
        }
    }

    @Test func `runs of one schedule do not overlap, and those of two do`() async throws {
        try await withStore { store in
            let claim = try await begin(store)
            await #expect { _ = try await begin(store) } throws: { error in
                (error as? StoreError)?.reason
                    == .scheduleClaimed("nightly", by: ClaimHolder(machine: "desk", process: 7))
            }
            _ = try await begin(store, "hourly")
            try await store.end(claim, exitCode: 0, summary: "")
            _ = try await begin(store)
        }
    }

    @Test func `the decision sees the runs, and without a yes nothing is written`() async throws {
        try await withStore { store in
            let claim = try await begin(store)
            try await store.end(claim, exitCode: 0, summary: "well")
            let none = try await store.beginRun(of: "nightly", in: "shop", job: "status", by: me) { runs in
                runs.count == 1 ? .wait : .run(due: nil)
            }
            #expect(none == nil)
            #expect(try await store.runs(in: "shop", limit: 9).count == 1)
        }
    }

    /// Opens the store and runs what is due, which is so once; how often it ran.
    private func runWhatIsDue() async -> Int {
        do {
            let store = try await Store.open(path: path + "/state.sqlite")
            let claim = try await store.beginRun(of: "n", in: "shop", job: "status", by: me) {
                $0.isEmpty ? .run(due: nil) : .wait
            }
            guard let claim else { return 0 }
            try await store.end(claim, exitCode: 0, summary: "")
            return 1
        } catch {
            return 0
        }
    }

    @Test func `of many that find one time due at once only one runs`() async throws {
        try await withStore { store in
            let begun = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { await runWhatIsDue() } }
                return await group.reduce(0, +)
            }
            let runs = try await store.runs(in: "shop", limit: 9)
            #expect(begun == 1)
            #expect(runs.count == 1)
        }
    }

    /// As when two timers fire after an installation.
    @Test func `many that open a store that is not there yet all get it`() async throws {
        for round in 0..<10 {
            let path = path + "/\(round).sqlite"
            defer { try? FileManager.default.removeItem(atPath: self.path) }
            let opened = await withTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do {
                            _ = try await Store.open(path: path)
                            return "opened"
                        } catch {
                            return "\(error)"
                        }
                    }
                }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(opened == ["opened"])
        }
    }

    @Test func `a process that died holds nothing, and its run is lost`() async throws {
        try await withStore { store in
            _ = try await begin(store)
            try await give(store, to: "process_started = '1'")
            #expect(try await store.runs(in: "shop", limit: 9).map(\.outcome) == [.lost])
            _ = try await begin(store)
            #expect(try await store.runs(in: "shop", limit: 9).map(\.outcome) == [.running, .lost])
        }
    }

    @Test func `a process that cannot be seen is believed for half a minute`() async throws {
        try await withStore { store in
            let claim = try await begin(store)
            try await give(store, to: "machine = 'elsewhere', heartbeat_ms = heartbeat_ms - 20000")
            #expect(try await store.runs(in: "shop", limit: 9).map(\.outcome) == [.running])
            await #expect(throws: StoreError.self) { _ = try await begin(store) }
            try await give(store, to: "heartbeat_ms = heartbeat_ms - 20000")
            #expect(try await store.runs(in: "shop", limit: 9).map(\.outcome) == [.lost])
            try await store.renew(claim)
            #expect(try await store.runs(in: "shop", limit: 9).map(\.outcome) == [.running])
        }
    }

    @Test func `a process that slept while another one began has lost its claim`() async throws {
        try await withStore { store in
            let claim = try await begin(store)
            try await give(store, to: "process_started = '1'")
            _ = try await begin(store)
            await #expect { try await store.renew(claim) } throws: { ($0 as? StoreError)?.reason == .claimLost }
        }
    }

    @Test func `the last thousand runs of a schedule are kept`() async throws {
        try await withStore { store in
            try await store.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO schedule_run (fleet, schedule, job, operator, started_ms, ended_ms, exit_code, summary,
                            machine, boot, process, process_started, heartbeat_ms)
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
                        SELECT 'shop', CASE WHEN i > 1490 THEN 'rare' ELSE 'nightly' END, 'status',
                            '{"machine":"m","process":1,"user":"u"}', i, i, 0, '', 'm', 'b', 1, '1', i FROM n
                        """)
            }
            _ = try await begin(store)
            let runs = try await store.runs(of: "nightly", in: "shop", limit: 10_000)
            #expect(runs.count == Store.runsKept)
            #expect(runs.last?.startedMilliseconds == 492)
            #expect(try await store.runs(of: "rare", in: "shop", limit: 10_000).count == 10)
        }
    }
}
