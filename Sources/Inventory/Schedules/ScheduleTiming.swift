import FleetModel
public import Foundation

/// When a schedule is due. Pure: it looks at no clock.
public enum ScheduleTiming: Sendable, Hashable {
    /// By the clock and the calendar of a time zone, given by its IANA name.
    case cron(CronExpression, zone: String)
    /// Each time that so much has passed, counted from Monday, 1970-01-05, 00:00 UTC, so that all machines agree and a
    /// restart moves nothing; whole minutes.
    case every(Duration)

    private static let firstMonday = 4 * 86_400

    /// The first time after one; nil where a zone is not known.
    public func next(after date: Date) -> Date? {
        switch self {
        case .cron(let cron, let zone):
            Self.clock(zone).flatMap { cron.next(after: date.wholeSeconds, $0) }.map(Date.init(seconds:))
        case .every(let length):
            Date(seconds: Self.beat(at: date.wholeSeconds, length) + Int(length.components.seconds))
        }
    }

    /// The last time up to and with one; nil where a zone is not known.
    public func latest(at date: Date) -> Date? {
        switch self {
        case .cron(let cron, let zone):
            Self.clock(zone).flatMap { cron.latest(at: date.wholeSeconds, $0) }.map(Date.init(seconds:))
        case .every(let length): Date(seconds: Self.beat(at: date.wholeSeconds, length))
        }
    }

    /// The times within so many years at which the clock of the zone does not show what is written, because it is put forward
    /// over it, or shows it a second time. Other programs than cron have rules of their own for these.
    public func irregularTimes(after date: Date, years: Int = 10) -> [Date] {
        guard case .cron(let cron, let zone) = self, let clock = Self.clock(zone) else { return [] }
        let day = clock.day(at: date.wholeSeconds)
        return (day...day + years * 366).flatMap { cron.irregularMoments(on: $0, clock) }.map(Date.init(seconds:))
    }

    private static func clock(_ zone: String) -> WallClock? { TimeZone(identifier: zone).map(WallClock.init) }

    private static func beat(at moment: Int, _ length: Duration) -> Int {
        let seconds = Double(length.components.seconds)
        return firstMonday + Int((Double(moment - firstMonday) / seconds).rounded(.down) * seconds)
    }
}

extension ScheduleTiming: CustomStringConvertible {
    /// As a person would say it: `30 2 * * * Europe/Berlin`, `every 6h`.
    public var description: String {
        switch self {
        case .cron(let cron, let zone): "\(cron.text) \(zone)"
        case .every(let length): "every \(DurationText.text(length))"
        }
    }
}

extension Date {
    fileprivate init(seconds: Int) { self.init(timeIntervalSince1970: Double(seconds)) }

    fileprivate var wholeSeconds: Int { Int(timeIntervalSince1970.rounded(.down)) }
}
