public import FleetModel
public import Foundation

extension StartTimes {
    /// Whether targets may start at a time.
    public func isOpen(at date: Date) -> Bool { obstacle(at: date) == nil }

    /// Why targets may not start at a time, in words; nil where they may.
    public func obstacle(at date: Date) -> String? {
        if let freeze = freezes.first(where: { $0.holds(at: date) }) {
            return "frozen until the end of \(freeze.to)" + (freeze.reason.map { ": \($0)" } ?? "")
        }
        if windows.isEmpty || windows.contains(where: { $0.isOpen(at: date) }) { return nil }
        return "outside of its maintenance windows"
    }

    /// When targets may start next, to the minute; the time itself where they may now, nil where not within a year.
    public func opening(after date: Date) -> Date? {
        if isOpen(at: date) { return date }
        // From one change of the clock's minute to the next, in steps that grow where nothing can open.
        var moment = date.nextMinute
        let horizon = date.addingTimeInterval(366 * 86_400)
        while moment < horizon {
            if let freeze = freezes.first(where: { $0.holds(at: moment) }), let end = freeze.end, end > moment {
                moment = end
            } else if isOpen(at: moment) {
                return moment
            } else {
                moment = windows.compactMap { $0.opening(after: moment) }.min() ?? horizon
            }
        }
        return nil
    }
}

extension MaintenanceWindow {
    /// Whether it is open at a time. What begins late and ends on the next day belongs to the day on which it begins.
    func isOpen(at date: Date) -> Bool {
        guard let calendar = Calendar.gregorian(in: zone) else { return false }
        let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
        let minute = (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
        let today = Weekday(number: parts.weekday ?? 1)
        if from < to { return days.contains(today) && (from..<to).contains(minute) }
        return (days.contains(today) && minute >= from) || (days.contains(today.before) && minute < to)
    }

    /// When it opens next, after a time at which it is closed.
    func opening(after date: Date) -> Date? {
        guard let calendar = Calendar.gregorian(in: zone) else { return nil }
        let midnight = calendar.startOfDay(for: date)
        return (0...8).lazy.compactMap { day -> Date? in
            guard let start = calendar.date(byAdding: .day, value: day, to: midnight),
                days.contains(Weekday(number: calendar.component(.weekday, from: start))),
                let opening = calendar.date(
                    bySettingHour: from / 60, minute: from % 60, second: 0, of: start)
            else { return nil }
            return opening > date ? opening : nil
        }.first
    }
}

extension Freeze {
    func holds(at date: Date) -> Bool {
        guard let calendar = Calendar.gregorian(in: zone) else { return true }
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        let today = CalendarDay(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
        return from <= today && today <= to
    }

    /// The first moment after it.
    var end: Date? {
        Calendar.gregorian(in: zone).flatMap { calendar in
            calendar.date(from: DateComponents(year: to.year, month: to.month, day: to.day)).flatMap {
                calendar.date(byAdding: .day, value: 1, to: $0)
            }
        }
    }
}

extension Weekday {
    /// By Foundation's number, in which Sunday is 1.
    init(number: Int) { self = Self.allCases[(number + 5) % 7] }

    var before: Weekday {
        let all = Self.allCases
        return all[((all.firstIndex(of: self) ?? 0) + 6) % 7]
    }
}

extension Calendar {
    /// The Gregorian calendar in a zone; nil where the zone is not known.
    static func gregorian(in zone: String) -> Calendar? {
        guard let zone = TimeZone(identifier: zone) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}

extension Date {
    fileprivate var nextMinute: Date {
        Date(timeIntervalSince1970: ((timeIntervalSince1970 / 60).rounded(.down) + 1) * 60)
    }
}
