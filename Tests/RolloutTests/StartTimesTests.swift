import FleetModel
import Foundation
import Testing

@testable import Rollout

@Suite("Times in which targets may start") struct StartTimesTests {
    private func time(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    private func window(
        _ days: [Weekday], _ from: Int, _ to: Int, zone: String = "UTC"
    ) -> StartTimes {
        StartTimes(windows: [MaintenanceWindow(days: days, from: from * 60, to: to * 60, zone: zone)])
    }

    /// 2026-11-26 is a Thursday.
    @Test(arguments: [
        ("2026-11-26T21:59:59Z", false), ("2026-11-26T22:00:00Z", true), ("2026-11-27T03:59:59Z", true),
        ("2026-11-27T04:00:00Z", false), ("2026-11-27T22:30:00Z", false), ("2026-11-26T03:00:00Z", false),
    ])
    func `a window that ends on the next day belongs to the day on which it begins`(text: String, isOpen: Bool) throws {
        #expect(window([.thu], 22, 4).isOpen(at: try time(text)) == isOpen)
    }

    @Test(arguments: [("2026-11-26T00:00:00Z", true), ("2026-11-26T23:59:59Z", true), ("2026-11-27T00:00:00Z", false)])
    func `a whole day is from midnight to midnight`(text: String, isOpen: Bool) throws {
        #expect(window([.thu], 0, 24).isOpen(at: try time(text)) == isOpen)
    }

    @Test func `a window is meant in its zone`() throws {
        let berlin = window(Weekday.allCases, 22, 23, zone: "Europe/Berlin")
        #expect(berlin.isOpen(at: try time("2026-11-26T21:30:00Z")))
        #expect(!berlin.isOpen(at: try time("2026-11-26T22:30:00Z")))
        // In summer an hour earlier.
        #expect(berlin.isOpen(at: try time("2026-07-01T20:30:00Z")))
    }

    @Test(arguments: [
        ("2026-12-23T23:59:59Z", true), ("2026-12-24T00:00:00Z", false), ("2026-12-26T23:59:59Z", false),
        ("2026-12-27T00:00:00Z", true),
    ])
    func `a freeze holds from its first day to its last one`(text: String, isOpen: Bool) throws {
        let first = try #require(CalendarDay(text: "2026-12-24"))
        let last = try #require(CalendarDay(text: "2026-12-26"))
        let times = StartTimes(freezes: [Freeze(from: first, to: last, zone: "UTC", reason: "holidays")])
        #expect(times.isOpen(at: try time(text)) == isOpen)
        #expect((times.obstacle(at: try time(text))?.contains("holidays") ?? false) == !isOpen)
    }

    @Test func `the next opening is behind a freeze`() throws {
        let day = try #require(CalendarDay(text: "2026-11-26"))
        let times = StartTimes(
            windows: window([.thu, .fri], 10, 11).windows,
            freezes: [Freeze(from: day, to: day, zone: "UTC")])
        #expect(times.opening(after: try time("2026-11-26T09:00:00Z")) == (try time("2026-11-27T10:00:00Z")))
        let open = try time("2026-11-27T10:30:00Z")
        #expect(times.opening(after: open) == open)
    }
}
