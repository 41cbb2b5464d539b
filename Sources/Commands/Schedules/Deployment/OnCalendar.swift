import FleetModel
import Foundation
import Inventory

/// The times of a schedule as systemd's timers say them; an entry for each line `OnCalendar=`, of which any one fires.
///
/// systemd has no "day of month or day of week" in one entry, but has several entries. On days on which the clock changes it
/// leaves out what cron does not; those moments of the next ten years get entries of their own. These can fire where nothing
/// is due, which `--if-due` finds out. Source: systemd.time(7), "Calendar events"; the days of change were measured.
enum OnCalendar {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// - Throws: where a calendar has no such times.
    static func entries(_ timing: ScheduleTiming, now: Date) throws(RefusedTiming) -> [String] {
        let rules = try CalendarRules(timing)
        var entries = rules.rules.map { entry($0, zone: rules.zone) }
        for time in timing.irregularTimes(after: now) {
            let seconds = Int(time.timeIntervalSince1970)
            let day = CalendarDay(number: seconds / 86_400)
            let rule = CalendarRule(
                minutes: [seconds / 60 % 60], hours: [seconds / 3600 % 24], months: [day.month],
                weekdays: [day.weekdayNumber])
            let entry = entry(rule, zone: "UTC")
            if !entries.contains(entry) { entries.append(entry) }
        }
        return entries
    }

    private static func entry(_ rule: CalendarRule, zone: String) -> String {
        let weekdays = rule.weekdays.map { numbers in
            // systemd's week begins on Monday, and a range does not go around its end.
            numbers.sorted { ($0 + 6) % 7 < ($1 + 6) % 7 }.map { Self.weekdays[$0] }.joined(separator: ",") + " "
        }
        return (weekdays ?? "") + "*-\(list(rule.months, 1...12))-\(list(rule.days, 1...31)) "
            + "\(list(rule.hours, 0...23)):\(list(rule.minutes, 0...59)):00 \(zone)"
    }

    /// `*`, `00/15`, `01..05,09`.
    private static func list(_ numbers: Set<Int>?, _ range: ClosedRange<Int>) -> String {
        func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        guard let numbers, numbers.count < range.count else { return "*" }
        if let step = NumberRuns.step(numbers, range) { return "\(padded(range.lowerBound))/\(step)" }
        return NumberRuns.runs(numbers).map { run in
            run.count < 3
                ? run.map(padded).joined(separator: ",") : padded(run.lowerBound) + ".." + padded(run.upperBound)
        }.joined(separator: ",")
    }
}

/// Numbers as people write them.
enum NumberRuns {
    /// The step with which the numbers go through a whole range from its beginning, if there are at least three.
    static func step(_ numbers: Set<Int>, _ range: ClosedRange<Int>) -> Int? {
        let sorted = numbers.sorted()
        guard sorted.count >= 3, sorted[0] == range.lowerBound else { return nil }
        let step = sorted[1] - sorted[0]
        return step > 1 && Array(stride(from: range.lowerBound, through: range.upperBound, by: step)) == sorted
            ? step : nil
    }

    /// Numbers that follow each other, together.
    static func runs(_ numbers: Set<Int>) -> [ClosedRange<Int>] {
        numbers.sorted().reduce(into: []) { runs, number in
            if let last = runs.last, last.upperBound + 1 == number {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
    }
}
