import FleetModel
import Foundation
import Testing

@testable import Inventory

@Suite("When a schedule is due") struct CronTimesTests {
    struct Case: CustomTestStringConvertible {
        let cron, zone, after: String
        let times: [String]

        init(_ cron: String, _ zone: String, after: String, _ times: String...) {
            (self.cron, self.zone, self.after, self.times) = (cron, zone, after, times)
        }

        var testDescription: String { "\(cron) in \(zone) after \(after)" }
    }

    static let calendar = [
        Case("30 2 * * *", "UTC", after: "2026-11-26T02:29:59Z", "2026-11-26T02:30:00Z", "2026-11-27T02:30:00Z"),
        Case("30 2 * * *", "UTC", after: "2026-11-26T02:30:00Z", "2026-11-27T02:30:00Z"),
        Case("30 2 * * *", "Europe/Berlin", after: "2026-11-26T12:00:00Z", "2026-11-27T01:30:00Z"),
        Case("30 2 * * *", "Asia/Kathmandu", after: "2026-11-26T12:00:00Z", "2026-11-26T20:45:00Z"),
        Case("59 23 31 12 *", "Pacific/Kiritimati", after: "2026-12-31T00:00:00Z", "2026-12-31T09:59:00Z"),
        Case("0 0 29 2 *", "UTC", after: "2097-01-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        // A day of the month or a day of the week, where both are named; both of them, where one begins with a star.
        Case(
            "0 0 1,15 * 1", "UTC", after: "2026-11-28T00:00:00Z", "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z",
            "2026-12-07T00:00:00Z", "2026-12-14T00:00:00Z", "2026-12-15T00:00:00Z"),
        Case("0 0 */2 * 1", "UTC", after: "2026-11-28T00:00:00Z", "2026-12-07T00:00:00Z", "2026-12-21T00:00:00Z"),
        Case(
            "*/20 9-10 * * mon-fri", "UTC", after: "2026-11-27T10:20:00Z", "2026-11-27T10:40:00Z",
            "2026-11-30T09:00:00Z"),
    ]

    /// Berlin: on 2026-03-29 at 01:00Z the clock goes from 02:00 to 03:00; on 2026-10-25 at 01:00Z from 03:00 back to 02:00.
    static let changes = [
        Case(
            "30 2 * * *", "Europe/Berlin", after: "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"
        ),
        Case(
            "0,20,40 2 * * *", "Europe/Berlin", after: "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z",
            "2026-03-30T00:00:00Z"),
        Case(
            "30 2,3 * * *", "Europe/Berlin", after: "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z",
            "2026-03-29T01:30:00Z"),
        Case(
            "0 3 * * *", "Europe/Berlin", after: "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z"),
        Case(
            "30 2 * * *", "Europe/Berlin", after: "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"
        ),
        Case(
            "30 1 * * *", "Europe/Berlin", after: "2026-10-24T12:00:00Z", "2026-10-24T23:30:00Z", "2026-10-26T00:30:00Z"
        ),
        // Every hour is an hour after the one before, whatever the clock shows.
        Case(
            "30 * * * *", "Europe/Berlin", after: "2026-03-29T00:00:00Z", "2026-03-29T00:30:00Z",
            "2026-03-29T01:30:00Z",
            "2026-03-29T02:30:00Z"),
        Case(
            "30 * * * *", "Europe/Berlin", after: "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:30:00Z"),
        // On the day before a change nothing is missing at the end, and on the day of one nothing at the beginning.
        Case("59 23 28 3 *", "Europe/Berlin", after: "2026-03-28T00:00:00Z", "2026-03-28T22:59:00Z"),
        Case("0 0 29 3 *", "Europe/Berlin", after: "2026-03-28T00:00:00Z", "2026-03-28T23:00:00Z"),
        // Santiago's clock skips midnight itself (2026-09-06, 04:00Z); St. John's is half an hour off; Lord Howe's moves by half
        // an hour; Samoa had no 2011-12-30.
        Case(
            "0 0 * * *", "America/Santiago", after: "2026-09-05T12:00:00Z", "2026-09-06T04:00:00Z",
            "2026-09-07T03:00:00Z"),
        Case(
            "30 23 * * *", "America/Santiago", after: "2026-04-04T12:00:00Z", "2026-04-05T02:30:00Z",
            "2026-04-06T03:30:00Z"),
        Case(
            "15 2 * * *", "America/St_Johns", after: "2026-03-07T12:00:00Z", "2026-03-08T05:30:00Z",
            "2026-03-09T04:45:00Z"),
        Case(
            "10 2 * * *", "Australia/Lord_Howe", after: "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z",
            "2026-10-04T15:10:00Z"),
        Case(
            "0 12 * * *", "Pacific/Apia", after: "2011-12-29T12:00:00Z", "2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z",
            "2011-12-30T22:00:00Z"),
    ]

    private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test(arguments: calendar + changes) func `the next times are those of cron`(item: Case) throws {
        let timing = ScheduleTiming.cron(try CronExpression(parsing: item.cron), zone: item.zone)
        var moment = try date(item.after)
        for expected in item.times {
            moment = try #require(timing.next(after: moment))
            #expect(moment.formatted(.iso8601) == expected)
        }
    }

    @Test(arguments: calendar + changes) func `the last time is the one that was next before`(item: Case) throws {
        let timing = ScheduleTiming.cron(try CronExpression(parsing: item.cron), zone: item.zone)
        let times = try item.times.map(date)
        for (index, time) in times.enumerated() {
            #expect(timing.latest(at: time) == time)
            let after = index + 1 < times.count ? times[index + 1].addingTimeInterval(-1) : time.addingTimeInterval(59)
            #expect(timing.latest(at: after) == time)
        }
    }

    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran",
    ])
    func `next and last agree all the year`(zone: String) throws {
        for cron in ["*/7 * * * *", "17 */5 * * *", "30 0,1,2,3 * * *", "0 0 13 * 5"] {
            let timing = ScheduleTiming.cron(try CronExpression(parsing: cron), zone: zone)
            var moment = try date("2026-03-01T00:00:00Z")
            for _ in 0..<600 {
                let next = try #require(timing.next(after: moment))
                #expect(next > moment)
                #expect(timing.latest(at: next) == next)
                #expect(timing.latest(at: next.addingTimeInterval(-1)).map { $0 <= moment } == true)
                moment = next
            }
        }
    }

    @Test(arguments: [
        (Duration.seconds(3600), "2026-11-26T10:00:01Z", "2026-11-26T10:00:00Z", "2026-11-26T11:00:00Z"),
        (.seconds(6 * 3600), "2026-11-26T12:00:00Z", "2026-11-26T12:00:00Z", "2026-11-26T18:00:00Z"),
        (.seconds(86_400), "2026-11-26T12:00:00Z", "2026-11-26T00:00:00Z", "2026-11-27T00:00:00Z"),
        (.seconds(7 * 86_400), "2026-11-26T12:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
        (.seconds(3600), "1969-12-31T23:30:00Z", "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z"),
    ])
    func `lengths are counted from a Monday's midnight`(length: Duration, now: String, latest: String, next: String)
        throws
    {
        let timing = ScheduleTiming.every(length)
        #expect(timing.latest(at: try date(now))?.formatted(.iso8601) == latest)
        #expect(timing.next(after: try date(now))?.formatted(.iso8601) == next)
    }

    @Test func `the times that a clock skips or repeats are known beforehand`() throws {
        func times(_ cron: String) throws -> [String] {
            ScheduleTiming.cron(try CronExpression(parsing: cron), zone: "Europe/Berlin")
                .irregularTimes(after: try date("2026-01-01T00:00:00Z"), years: 1).map { $0.formatted(.iso8601) }
        }
        #expect(try times("30 2 * * *") == ["2026-03-29T01:00:00Z"])
        #expect(try times("30 3 * * *") == [])
        #expect(try times("30 * * * *") == ["2026-10-25T01:30:00Z"])
    }

    @Test(arguments: [
        (-719_468, "0000-03-01"), (-1, "1969-12-31"), (0, "1970-01-01"), (11_016, "2000-02-29"), (47_541, "2100-03-01"),
    ])
    func `days have numbers`(number: Int, text: String) throws {
        #expect(CalendarDay(number: number).description == text)
        #expect(CalendarDay(number: number).number == number)
    }

    @Test func `all days of four hundred years come back from their numbers`() {
        for number in -10...146_100 where CalendarDay(number: number).number != number {
            Issue.record("\(number)")
        }
    }

    @Test(arguments: ["0 0 30 2 *", "0 0 31 4,6,9,11 *"]) func `a day that no year has is refused`(text: String) {
        #expect(throws: CronExpression.Failure.self) { try CronExpression(parsing: text) }
    }
}
