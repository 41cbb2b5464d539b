import FleetModel
import Foundation
import Testing

@testable import Inventory

@Suite("What is due, given the runs there were") struct DueTests {
    private func date(_ text: String) throws -> Date { try Date("2026-11-\(text):00Z", strategy: .iso8601) }

    private func nightly() throws -> Schedule {
        Schedule(name: "nightly", timing: .cron(try CronExpression(parsing: "30 2 * * *"), zone: "UTC"), job: .status)
    }

    /// A run that began at a time.
    private func run(
        at start: String, for due: String? = nil,
        _ outcome: ScheduleRun.Outcome = .ended(atMilliseconds: 0, exitCode: 0, summary: "")
    ) throws -> ScheduleRun {
        func milliseconds(_ text: String) throws -> Int64 { Int64(try date(text).timeIntervalSince1970 * 1000) }
        return ScheduleRun(
            id: 1, schedule: "nightly", job: "status", dueMilliseconds: try due.map(milliseconds),
            startedMilliseconds: try milliseconds(start), by: Operator(user: "ada", machine: "desk", process: 1),
            outcome: outcome)
    }

    @Test func `a schedule that never ran is due`() throws {
        #expect(try nightly().due(at: date("26T12:00"), after: []) == date("26T02:30"))
    }

    @Test func `it is not due again before its next time, and then it is`() throws {
        let runs = [try run(at: "26T02:30", for: "26T02:30")]
        #expect(try nightly().due(at: date("26T02:30"), after: runs) == nil)
        #expect(try nightly().due(at: date("27T02:29"), after: runs) == nil)
        #expect(try nightly().due(at: date("27T02:30"), after: runs) == date("27T02:30"))
    }

    @Test func `of many times that were missed the last one is made up for`() throws {
        let late = try run(at: "20T02:30", for: "20T02:30")
        #expect(try nightly().due(at: date("26T12:00"), after: [late]) == date("26T02:30"))
        let made = try run(at: "26T12:00", for: "26T02:30")
        #expect(try nightly().due(at: date("26T12:01"), after: [made, late]) == nil)
    }

    @Test func `a run by hand answers what was due before it`() throws {
        #expect(try nightly().due(at: date("26T12:01"), after: [run(at: "26T12:00")]) == nil)
        #expect(try nightly().due(at: date("27T02:30"), after: [run(at: "26T12:00")]) == date("27T02:30"))
    }

    @Test func `a run counts however it ended, and while it is at work`() throws {
        let failed = try run(at: "26T02:30", for: "26T02:30", .ended(atMilliseconds: 0, exitCode: 3, summary: ""))
        #expect(try nightly().due(at: date("26T12:00"), after: [failed]) == nil)
        #expect(try nightly().due(at: date("26T12:00"), after: [run(at: "26T02:30", .running)]) == nil)
    }

    @Test func `a run that was lost is tried once more, and not for ever`() throws {
        let before = try run(at: "25T02:30", for: "25T02:30")
        let lost = try run(at: "26T02:30", for: "26T02:30", .lost)
        let again = try run(at: "26T02:40", for: "26T02:30", .lost)
        #expect(try nightly().due(at: date("26T12:00"), after: [lost, before]) == date("26T02:30"))
        #expect(try nightly().due(at: date("26T12:00"), after: [again, lost, before]) == nil)
        #expect(try nightly().due(at: date("27T02:30"), after: [again, lost, before]) == date("27T02:30"))
    }

    @Test func `a timer that fires by a fast clock is told that its time has come, once`() throws {
        let before = try run(at: "25T02:30", for: "25T02:30")
        let early = try date("26T02:30").addingTimeInterval(-20)
        #expect(try nightly().due(at: early, after: [before]) == date("26T02:30"))
        let answered = try run(at: "26T02:29", for: "26T02:30")
        #expect(try nightly().due(at: date("26T02:31"), after: [answered, before]) == nil)
        #expect(try nightly().due(at: date("26T02:29"), after: [before]) == nil)
    }

    @Test func `runs that a wrong clock put into the future keep nothing from being due`() throws {
        let future = try run(at: "30T02:30", for: "30T02:30")
        let before = try run(at: "25T02:30", for: "25T02:30")
        #expect(try nightly().due(at: date("26T12:00"), after: [future, before]) == date("26T02:30"))
    }
}

@Suite("Schedules of an inventory") struct ScheduleLoadingTests {
    @Test func `a schedule says when, what, and on which targets`() throws {
        let fleet = try Fleet(
            yaml: """
                fleet: a
                environments: {e: {targets: [{host: a, database: b}]}, f: {targets: [{host: c, database: b}]}}
                schedules:
                  nightly: {cron: "30 2 * * *", timezone: Europe/Berlin, run: check, environments: e, labels: {tier: canary}}
                  often: {every: 1h30m, run: status, hosts: ["a*", c], targets: e/*}
                """)
        let expected = try Selector(environments: ["e"], labels: ["tier=canary"])
        #expect(
            fleet.schedules == [
                Schedule(
                    name: "nightly",
                    timing: .cron(try CronExpression(parsing: "30 2 * * *"), zone: "Europe/Berlin"), job: .check,
                    selector: expected),
                Schedule(
                    name: "often", timing: .every(.seconds(5400)), job: .status,
                    selector: try Selector(hosts: ["a*", "c"], targets: ["e/*"])),
            ])
    }

    @Test(arguments: [
        ("Europe/Berlin", true), ("UTC", true), ("US/Eastern", true), ("Etc/GMT-3", true), ("CET", true),
        ("PST", false),
        ("GMT+2", false), ("+02:00", false), ("europe/berlin", false), ("CEST", false), ("", false),
    ])
    func `a zone has the name that the time zone database gives it`(zone: String, isGood: Bool) {
        let problems = Samples.problems(
            "fleet: a\nenvironments: {e: {targets: [{host: a, database: b}]}}\n"
                + "schedules: {n: {cron: 0 0 * * *, timezone: \"\(zone)\", run: check}}")
        #expect(problems.isEmpty == isGood, "\(problems)")
    }

    @Test func `an environment with a mistake is not missing besides`() {
        let problems = Samples.problems(
            "fleet: a\nenvironments: {e: {targets: [{hst: a}]}}\nschedules: {n: {every: 6h, run: check, environments: e}}"
        )
        #expect(!problems.isEmpty)
        #expect(!problems.contains { $0.contains("schedules") })
    }

    @Test func `where secrets come from is known, without them`() throws {
        let fleet = try Fleet(
            yaml: """
                fleet: a
                defaults: {user: "${env:DB_USER}", password: "a${env:B}${file:/run/secrets/x}"}
                environments: {e: {targets: [{host: a, database: b, passfile: "${command:echo hush}"}]}}
                scratch: {server: {host: s, password: "${env:SCRATCH}"}}
                """)
        #expect(
            fleet.secretSources
                == SecretSources(variables: ["B", "DB_USER", "SCRATCH"], files: ["/run/secrets/x"], hasCommands: true))
    }
}
