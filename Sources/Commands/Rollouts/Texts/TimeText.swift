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
        case ..<100: "\(Int((self / 10).rounded(.up)) * 10) s"
        case ..<6000: "\(Int((self / 60).rounded())) min"
        default: "\((self / 3600 * 2).rounded() / 2) h".replacing(".0 h", with: " h")
        }
    }
}

extension Date {
    /// `12:03:44Z`, as in journals.
    var timeOfDay: String { formatted(.iso8601.time(includingFractionalSeconds: false)) + "Z" }

    /// `2026-11-27 22:00 UTC`.
    var minuteText: String {
        formatted(.iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
            .dropLast(3) + " UTC"
    }
}
