import FleetModel
import Inventory

/// The times of a schedule as Kubernetes' CronJobs say them: five fields, and a time zone.
///
/// Its fields mean what cron's mean but for three things, which are written so that they do not matter or are refused: Sunday is
/// 0 and never 7; `*/2` counts as a day that is named; one CronJob has one expression. Source: github.com/robfig/cron v3,
/// parser.go and spec.go, which the CronJob controller uses.
struct CronJobSchedule {
    let expression: String
    let zone: String

    /// - Throws: where one expression cannot say it.
    init(_ timing: ScheduleTiming) throws(RefusedTiming) {
        let rules = try CalendarRules(timing)
        zone = rules.zone
        guard let rule = rules.rules.first else { throw RefusedTiming("\(timing) has no times") }
        if case .cron(let cron, _) = timing, cron.eitherDay {
            // Named day by day: then Kubernetes, too, takes a day that is in either.
            expression = Self.text(rule, days: Self.named(cron.days), weekdays: Self.named(cron.weekdays))
            return
        }
        guard rules.rules.count == 1 else {
            throw RefusedTiming(
                "\(timing): no single cron expression has these times, and a CronJob has one; "
                    + "take a length that divides an hour, or whole hours")
        }
        guard rule.days == nil || rule.weekdays == nil else {
            throw RefusedTiming(
                "\(timing): here a day must be one of the month's and one of the week's; Kubernetes takes a day that is "
                    + "either, so it would run more often")
        }
        expression = Self.text(
            rule, days: rule.days.map(Self.named) ?? "*", weekdays: rule.weekdays.map(Self.named) ?? "*")
    }

    private static func text(_ rule: CalendarRule, days: String, weekdays: String) -> String {
        [
            list(rule.minutes, 0...59), list(rule.hours, 0...23), days,
            rule.months.map { list($0, 1...12) } ?? "*", weekdays,
        ].joined(separator: " ")
    }

    private static func list(_ numbers: Set<Int>, _ range: ClosedRange<Int>) -> String {
        if numbers.count == range.count { return "*" }
        return NumberRuns.step(numbers, range).map { "*/\($0)" } ?? named(numbers)
    }

    private static func named(_ numbers: Set<Int>) -> String {
        NumberRuns.runs(numbers).map { run in
            run.count < 3
                ? run.map(String.init).joined(separator: ",") : "\(run.lowerBound)-\(run.upperBound)"
        }.joined(separator: ",")
    }
}
