import FleetModel
import Testing

@testable import Inventory

@Suite("Durations, ranges, schedules and suggestions") struct TextTests {
    @Test(
        arguments: [
            ("250ms", 250), ("2s", 2000), ("15m", 900_000), ("1h30m", 5_400_000), ("1d", 86_400_000), ("0", 0),
            ("0s", 0),
            ("1m5ms", 60_005), ("1d2h3m4s5ms", 93_784_005),
        ] as [(String, Int64)])
    func `a duration is whole numbers with units`(text: String, milliseconds: Int64) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
        #expect(DurationText.parse(DurationText.text(.milliseconds(milliseconds))) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "5", "s", "-1s", "1.5s", "1 s", "1s1s", "1s1m", "5sec", "999999999999d", "99999999999999999999s", "١s",
        "1S",
    ])
    func `anything else is no duration`(text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(arguments: [
        ("a", ["a"]), ("t{1..3}", ["t1", "t2", "t3"]), ("t_{08..11}_x", ["t_08_x", "t_09_x", "t_10_x", "t_11_x"]),
        ("{5..5}", ["5"]), ("{098..101}", ["098", "099", "100", "101"]), ("a}", ["a}"]),
    ])
    func `a range in a name stands for many names`(text: String, names: [String]) throws {
        #expect(try NumberedNames.expand(text) == names)
    }

    @Test(arguments: ["{", "{}", "{1}", "{1..}", "{..2}", "{a..c}", "{3..1}", "{1..3}{1..3}", "{1..100001}", "{-1..2}"])
    func `what is not a range is an error`(text: String) {
        #expect(throws: NumberedNames.Failure.self) { try NumberedNames.expand(text) }
    }

    @Test func `a cron expression is five sets`() throws {
        let cron = try CronExpression(parsing: "*/15 9-17,20 1 jan-mar mon-5")
        #expect(cron.minutes == [0, 15, 30, 45])
        #expect(cron.hours == Set(9...17).union([20]))
        #expect(cron.days == [1])
        #expect(cron.months == [1, 2, 3])
        #expect(cron.weekdays == [1, 2, 3, 4, 5])
        #expect(cron.eitherDay)
        #expect(try CronExpression(parsing: "@daily").hours == [0])
        #expect(try CronExpression(parsing: "0 0 * * 7").weekdays == [0])
        #expect(try CronExpression(parsing: "10/20 * * * *").minutes == [10, 30, 50])
        #expect(try !CronExpression(parsing: "0 0 1 * *").eitherDay)
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *",
        "*/0 * * * *", "a * * * *", "1,,2 * * * *", "1-2-3 * * * *", "1/2/3 * * * *", "@yearly", "-1 * * * *",
    ])
    func `what is not a cron expression is an error`(text: String) {
        #expect(throws: CronExpression.Failure.self) { try CronExpression(parsing: text) }
    }

    @Test(arguments: [
        ("concurency", "concurrency"), ("per-host", "per_host"), ("tagrets", "targets"), ("HOSTS", "hosts"),
        ("xyz", nil),
        ("wave", "waves"),
    ])
    func `the nearest known word is suggested if it is near`(word: String, nearest: String?) {
        #expect(Suggestion.nearest(to: word, among: EnvironmentKey.names.sorted()) == nearest)
    }
}
