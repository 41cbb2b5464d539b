import FleetModel

/// When an expression is due, by the rules that cron(8) of Debian gives for changes of the clock: what is meant for a time of day
/// that the clock skips is due at the moment of the skip, once however many times it skips, and what is meant for one that comes
/// twice is due the first time. An expression of every hour goes by the hours that pass, whatever the clock shows: it has no time
/// of day of its own.
extension CronExpression {
    /// The 29th of February is on a given day of the week every 28 years, and every 40 around 2100.
    private static let horizon = 41 * 366

    /// Whether it is of every hour.
    var isOfEveryHour: Bool { hours.count == 24 }

    /// Whether it is ever due: the 30th of February is not.
    var isPossible: Bool { (0..<Self.horizon).contains(where: holds) }

    /// Whether it is of a day of the calendar.
    func holds(on number: Int) -> Bool {
        let day = CalendarDay(number: number)
        guard months.contains(day.month) else { return false }
        let (isInMonth, isInWeek) = (days.contains(day.day), weekdays.contains(day.weekdayNumber))
        return eitherDay ? isInMonth || isInWeek : isInMonth && isInWeek
    }

    /// The first moment after one at which it is due; nil for what is not possible.
    func next(after moment: Int, _ clock: WallClock) -> Int? {
        let day = clock.day(at: moment) - 1
        return (day...day + Self.horizon).lazy.compactMap { number in
            // A clock that is put back over midnight can show a time of the next day first.
            (moments(on: number, clock) + moments(on: number + 1, clock)).filter { $0 > moment }.min()
        }.first
    }

    /// The last moment up to and with one at which it was due; nil for what is not possible.
    func latest(at moment: Int, _ clock: WallClock) -> Int? {
        let day = clock.day(at: moment) + 1
        return (0...Self.horizon).lazy.compactMap { back in
            (moments(on: day - back, clock) + moments(on: day - back - 1, clock)).filter { $0 <= moment }.max()
        }.first
    }

    /// The moments that belong to a day, in order.
    private func moments(on day: Int, _ clock: WallClock) -> [Int] {
        guard holds(on: day) else { return [] }
        let readings = hours.sorted().flatMap { hour in
            minutes.sorted().map { day * 86_400 + hour * 3600 + $0 * 60 }
        }
        if let offset = clock.steadyOffset(on: day) { return readings.map { $0 - offset } }
        let moments = readings.flatMap { reading -> [Int] in
            switch clock.moments(of: reading) {
            case .once(let moment): [moment]
            case .twice(let first, let second): isOfEveryHour ? [first, second] : [first]
            case .skipped(let moment): isOfEveryHour ? [] : [moment]
            }
        }
        return Set(moments).sorted()
    }

    /// The moments on days around `day` at which it is due although the clock does not show its time, or shows it again.
    func irregularMoments(on day: Int, _ clock: WallClock) -> [Int] {
        guard holds(on: day), clock.steadyOffset(on: day) == nil else { return [] }
        let moments = hours.flatMap { hour in
            minutes.compactMap { minute -> Int? in
                switch clock.moments(of: day * 86_400 + hour * 3600 + minute * 60) {
                case .once: nil
                case .twice(_, let second): isOfEveryHour ? second : nil
                case .skipped(let moment): isOfEveryHour ? nil : moment
                }
            }
        }
        return Set(moments).sorted()
    }
}
