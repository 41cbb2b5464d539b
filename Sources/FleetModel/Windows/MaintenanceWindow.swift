/// A time of the week in which an environment's targets may start.
public struct MaintenanceWindow: Sendable, Hashable, Codable {
    /// The days on which it begins.
    public let days: [Weekday]
    /// When it begins, in minutes after midnight; 0 to 1439.
    public let from: Int
    /// When it ends, in minutes after midnight; up to 1440. Not after `from` is on the next day.
    public let to: Int
    /// The IANA name of the time zone that it is meant in.
    public let zone: String

    /// Makes a window.
    public init(days: [Weekday], from: Int, to: Int, zone: String) {
        self.days = days
        self.from = from
        self.to = to
        self.zone = zone
    }
}

/// Days on which nothing starts, first and last included.
public struct Freeze: Sendable, Hashable, Codable {
    /// The first day.
    public let from: CalendarDay
    /// The last day.
    public let to: CalendarDay
    /// The IANA name of the time zone in which the days are meant.
    public let zone: String
    /// Why, for whoever waits.
    public let reason: String?

    /// Makes a freeze.
    public init(from: CalendarDay, to: CalendarDay, zone: String, reason: String? = nil) {
        self.from = from
        self.to = to
        self.zone = zone
        self.reason = reason
    }
}

/// When the targets of an environment may start; always, where there is nothing in it.
public struct StartTimes: Sendable, Hashable, Codable {
    /// One of them must be open; none means always.
    public let windows: [MaintenanceWindow]
    /// None of them may be.
    public let freezes: [Freeze]

    /// Makes times.
    public init(windows: [MaintenanceWindow] = [], freezes: [Freeze] = []) {
        self.windows = windows
        self.freezes = freezes
    }

    /// Whether there is nothing to heed.
    public var isAlways: Bool { windows.isEmpty && freezes.isEmpty }
}

/// A day of the week.
public enum Weekday: String, Sendable, Hashable, Codable, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun
}

/// A day of the Gregorian calendar, in no time zone.
public struct CalendarDay: Sendable, Hashable, Comparable {
    /// The year.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    /// Reads `2026-12-24`; nil for anything else, a day that does not exist included.
    public init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Takes the numbers as they are.
    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        default: 31
        }
    }
}

extension CalendarDay: CustomStringConvertible {
    public var description: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

extension CalendarDay: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let day = CalendarDay(text: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a day like 2026-12-24")
        }
        self = day
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
