import FleetModel
import Inventory

/// A set of times that other programs' calendars can say: all combinations of what is in its sets.
struct CalendarRule: Hashable {
    let minutes: Set<Int>
    let hours: Set<Int>
    var days: Set<Int>?
    var months: Set<Int>?
    /// 0 is Sunday.
    var weekdays: Set<Int>?
}

/// A timing as rules, of which any one makes it due.
struct CalendarRules {
    let rules: [CalendarRule]
    let zone: String

    /// - Throws: where no calendar has such times.
    init(_ timing: ScheduleTiming) throws(RefusedTiming) {
        switch timing {
        case .cron(let cron, let zone):
            self.zone = zone
            let months = cron.months.count == 12 ? nil : cron.months
            let plain = CalendarRule(minutes: cron.minutes, hours: cron.hours, months: months)
            var (byDay, byWeekday) = (plain, plain)
            byDay.days = cron.days
            byWeekday.weekdays = cron.weekdays
            if cron.eitherDay {
                rules = [byDay, byWeekday]
            } else {
                var both = plain
                if cron.days.count < 31 { both.days = cron.days }
                if cron.weekdays.count < 7 { both.weekdays = cron.weekdays }
                rules = [both]
            }
        case .every(let length):
            zone = "UTC"
            guard let rules = Self.rules(every: Int(length.components.seconds / 60)) else {
                throw RefusedTiming(
                    "every: \(DurationText.text(length)) does not divide a day, so no calendar has its times; "
                        + "take one that does (like 1h, 4h, 6h), or 7d")
            }
            self.rules = rules
        }
    }

    /// The minutes of a day that a length divides, as combinations of hours and minutes.
    private static func rules(every minutes: Int) -> [CalendarRule]? {
        if minutes == 7 * 1440 { return [CalendarRule(minutes: [0], hours: [0], weekdays: [1])] }
        guard 1440.isMultiple(of: minutes) else { return nil }
        var hours: [Int: Set<Int>] = [:]
        for minute in stride(from: 0, to: 1440, by: minutes) { hours[minute % 60, default: []].insert(minute / 60) }
        return Dictionary(grouping: hours.keys) { hours[$0] ?? [] }
            .map { CalendarRule(minutes: Set($0.value), hours: $0.key) }
            .sorted { ($0.minutes.min() ?? 0) < ($1.minutes.min() ?? 0) }
    }
}

/// Why another program cannot run something at the times of a schedule.
struct RefusedTiming: Error, Hashable {
    let message: String

    init(_ message: String) { self.message = message }
}
