import FleetModel
import Foundation
import LocalServers
import Testing

@testable import Commands
@testable import Inventory

/// What systemd itself makes of the entries, and what is run then.
@Suite("Schedules as systemd's calendar entries") struct OnCalendarTests {
    private static func cron(_ text: String, _ zone: String = "UTC") throws -> ScheduleTiming {
        .cron(try CronExpression(parsing: text), zone: zone)
    }

    private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test(arguments: [
        ("30 2 * * *", "UTC", ["*-*-* 02:30:00 UTC"]), ("*/15 * * * *", "UTC", ["*-*-* *:00/15:00 UTC"]),
        ("5,6 9-17 * * 1-5", "UTC", ["Mon,Tue,Wed,Thu,Fri *-*-* 09..17:05,06:00 UTC"]),
        ("0 0 * * 0,6", "UTC", ["Sat,Sun *-*-* 00:00:00 UTC"]), ("0 0 1 1,7 *", "UTC", ["*-01,07-01 00:00:00 UTC"]),
        ("0 0 1,15 * 1", "UTC", ["*-*-01,15 00:00:00 UTC", "Mon *-*-* 00:00:00 UTC"]),
        ("0 0 */2 * 1", "UTC", ["Mon *-*-01/2 00:00:00 UTC"]),
        ("30 2 * * *", "Europe/Berlin", ["*-*-* 02:30:00 Europe/Berlin", "Sun *-03-* 01:00:00 UTC"]),
        ("30 4 * * *", "Europe/Berlin", ["*-*-* 04:30:00 Europe/Berlin"]),
    ])
    func `an expression has its entries`(text: String, zone: String, entries: [String]) throws {
        #expect(try OnCalendar.entries(Self.cron(text, zone), now: date("2026-11-26T12:00:00Z")) == entries)
    }

    @Test(arguments: [
        (60, ["*-*-* *:*:00 UTC"]), (900, ["*-*-* *:00/15:00 UTC"]), (3600, ["*-*-* *:00:00 UTC"]),
        (21_600, ["*-*-* 00/6:00:00 UTC"]), (86_400, ["*-*-* 00:00:00 UTC"]), (604_800, ["Mon *-*-* 00:00:00 UTC"]),
        (5400, ["*-*-* 00/3:00:00 UTC", "*-*-* 01,04,07,10,13,16,19,22:30:00 UTC"]),
    ])
    func `a length that divides a day has its entries`(seconds: Int, entries: [String]) throws {
        #expect(try OnCalendar.entries(.every(.seconds(seconds)), now: .now) == entries)
    }

    @Test(arguments: [5 * 3600, 7 * 60, 2 * 86_400]) func `a length that does not divide a day is refused`(seconds: Int)
    {
        #expect(throws: RefusedTiming.self) { try OnCalendar.entries(.every(.seconds(seconds)), now: .now) }
    }

    /// When systemd would fire, in order.
    private func firings(_ entries: [String], after base: String, count: Int) async throws -> [Date] {
        var firings: Set<Date> = []
        var end = Date.distantFuture
        for entry in entries {
            let output = try await Program(
                "/usr/bin/env",
                ["TZ=UTC", "systemd-analyze", "calendar", "--base-time=\(base)", "--iterations=\(count)", entry]
            ).output()
            let times = output.matches(of: /(?:elapse|#\d+): \w+ (\S+) (\S+) UTC/).compactMap {
                try? Date("\($0.1)T\($0.2)Z", strategy: .iso8601)
            }
            #expect(times.count == count, "\(entry): \(output)")
            end = min(end, times.last ?? end)
            firings.formUnion(times)
        }
        return firings.filter { $0 <= end }.sorted()
    }

    /// Both changes of the clock are in the time that is looked at.
    @Test(arguments: [
        ("30 2 * * *", "Europe/Berlin", "2026-03-20"), ("30 2 * * *", "Europe/Berlin", "2026-10-20"),
        ("0,30 1-3 * * *", "Europe/Berlin", "2026-03-20"), ("0,30 1-3 * * *", "Europe/Berlin", "2026-10-20"),
        ("30 * * * *", "Europe/Berlin", "2026-03-28"), ("30 * * * *", "Europe/Berlin", "2026-10-24"),
        ("*/20 * * * *", "America/New_York", "2026-11-01"), ("0 0 * * *", "America/Santiago", "2026-09-01"),
        ("10 2 * * *", "Australia/Lord_Howe", "2026-10-01"), ("15 2 * * *", "America/St_Johns", "2026-03-05"),
        ("0 0 13 * 5", "UTC", "2026-01-01"), ("0 6 */3 * mon-fri", "UTC", "2026-01-01"),
        ("59 23 31 * *", "UTC", "2026-01-01"),
    ])
    func `whatever systemd fires, what runs is what is due, at its time`(text: String, zone: String, base: String)
        async throws
    {
        let schedule = Schedule(name: "s", timing: try Self.cron(text, zone), job: .status)
        let start = try date("\(base)T00:00:00Z")
        let entries = try OnCalendar.entries(schedule.timing, now: start)
        let firings = try await firings(entries, after: "\(base) 00:00:00 UTC", count: 40)
        let end = try #require(firings.last)

        // There was a run at the beginning; then each firing runs what it finds due.
        var runs = [Self.run(at: start)]
        for firing in firings where schedule.due(at: firing, after: runs) != nil {
            runs.insert(Self.run(at: firing), at: 0)
        }
        var expected: [Date] = []
        var time = start
        while let next = schedule.timing.next(after: time), next <= end {
            expected.append(next)
            time = next
        }
        #expect(expected.count > 3)
        #expect(runs.dropLast().map(\.start).reversed() == expected, "\(entries)")
    }

    private static func run(at date: Date) -> ScheduleRun {
        ScheduleRun(
            id: 1, schedule: "s", job: "status", dueMilliseconds: nil,
            startedMilliseconds: Int64(date.timeIntervalSince1970 * 1000),
            by: Operator(user: "u", machine: "m", process: 1),
            outcome: .ended(atMilliseconds: 0, exitCode: 0, summary: ""))
    }
}

@Suite("Schedules as expressions of Kubernetes") struct CronJobScheduleTests {
    private func expression(_ timing: ScheduleTiming) throws -> String { try CronJobSchedule(timing).expression }

    @Test(arguments: [
        ("30 2 * * *", "30 2 * * *"), ("*/15 * * * *", "*/15 * * * *"), ("@weekly", "0 0 * * 0"),
        ("0 0 * * 7", "0 0 * * 0"), ("5 9-17 * * mon-fri", "5 9-17 * * 1-5"),
        ("10/20 * 1,2 jan *", "10,30,50 * 1,2 1 *"),
        ("0 0 1,15 * 1", "0 0 1,15 * 1"), ("0 0 1-31 * 1", "0 0 1-31 * 1"), ("0 0 */10 * *", "0 0 1,11,21,31 * *"),
    ])
    func `an expression is written so that Kubernetes means the same`(text: String, expected: String) throws {
        #expect(try expression(.cron(CronExpression(parsing: text), zone: "UTC")) == expected)
    }

    @Test(arguments: [
        (60, "* * * * *"), (900, "*/15 * * * *"), (21_600, "0 */6 * * *"), (86_400, "0 0 * * *"),
        (604_800, "0 0 * * 1"),
    ])
    func `a length that one expression can say is one`(seconds: Int, expected: String) throws {
        #expect(try expression(.every(.seconds(seconds))) == expected)
    }

    @Test func `what one expression cannot say is refused`() {
        for timing in [ScheduleTiming.every(.seconds(5400)), .every(.seconds(18_000)), .every(.seconds(2 * 86_400))] {
            #expect(throws: RefusedTiming.self) { try CronJobSchedule(timing) }
        }
        #expect(throws: RefusedTiming.self) {
            try CronJobSchedule(.cron(CronExpression(parsing: "0 0 */2 * 1"), zone: "UTC"))
        }
    }
}
