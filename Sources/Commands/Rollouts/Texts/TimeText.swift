import Foundation

extension Double {
    /// A length of time that is counted up or down: `42 s`, `3 min 05 s`, `2 h 05 min`, `3 d 4 h`.
    var clockText: String {
        let seconds = isFinite ? Int(Swift.min(1e9, Swift.max(0, self))) : 0
        func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return switch seconds {
        case ..<100: "\(seconds) s"
        case ..<6000: "\(seconds / 60) min \(padded(seconds % 60)) s"
        case ..<172_800: "\(seconds / 3600) h \(padded(seconds / 60 % 60)) min"
        default: "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        }
    }

    /// The same, roughly: for what is estimated.
    var roughText: String {
        switch self {
        case ..<10: "a few seconds"
        case ..<100: "about \(Int((self / 10).rounded(.up)) * 10) s"
        case ..<6000: "about \(Int((self / 60).rounded())) min"
        default: "about \((self / 3600 * 2).rounded() / 2) h".replacing(".0 h", with: " h")
        }
    }
}

extension Date {
    /// A moment as the store keeps it: milliseconds since 1970-01-01 UTC.
    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Milliseconds since 1970-01-01 UTC.
    var inMilliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    /// How long ago it was, in one unit: `5 min ago`.
    func ago(_ now: Date) -> String {
        let seconds = Swift.max(0, now.timeIntervalSince(self))
        return switch seconds {
        case ..<60: "just now"
        case ..<5400: "\(Int(seconds / 60)) min ago"
        case ..<172_800: "\(Int(seconds / 3600)) h ago"
        default: "\(Int(seconds / 86_400)) d ago"
        }
    }

    /// How far ahead it is, in one unit: `in 5 min`.
    func ahead(_ now: Date) -> String {
        let seconds = Swift.max(0, timeIntervalSince(now))
        return switch seconds {
        case ..<60: "in a moment"
        case ..<5400: "in \(Int(seconds / 60)) min"
        case ..<172_800: "in \(Int(seconds / 3600)) h"
        default: "in \(Int(seconds / 86_400)) d"
        }
    }

    /// `12:03:44Z`, as in journals.
    var timeOfDay: String { formatted(.iso8601.time(includingFractionalSeconds: false)) + "Z" }

    /// `2026-11-27 22:00 UTC`.
    var minuteText: String {
        formatted(.iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
            .dropLast(3) + " UTC"
    }
}
