import FleetModel
import Foundation

/// The clock on the wall in a time zone: which moments it shows a reading at. Moments are seconds since 1970-01-01 UTC;
/// a reading is the same number for a clock that shows UTC.
struct WallClock {
    /// The moments that show one reading.
    enum Moments: Hashable {
        /// As on most days.
        case once(Int)
        /// The clock is put back, and comes by again.
        case twice(Int, Int)
        /// The clock is put forward over it, at this moment.
        case skipped(at: Int)
    }

    /// How far from a reading, taken as UTC, its own moments and a change of the clock around it can be: offsets are up to
    /// 14 hours, and Samoa once left out a whole day.
    private static let reach = 36 * 3600
    private let zone: TimeZone

    init(_ zone: TimeZone) { self.zone = zone }

    /// The number of the day on which a moment is.
    func day(at moment: Int) -> Int {
        Int((Double(moment + offset(at: moment)) / 86_400).rounded(.down))
    }

    /// The difference to UTC on a day on which, and around which, it does not change.
    func steadyOffset(on day: Int) -> Int? {
        let offset = offset(at: day * 86_400 - Self.reach)
        return offset == self.offset(at: (day + 1) * 86_400 + Self.reach) ? offset : nil
    }

    /// - Precondition: the clock changes at most once within three days, as it does everywhere.
    func moments(of reading: Int) -> Moments {
        let (start, end) = (reading - Self.reach, reading + Self.reach)
        let (before, after) = (offset(at: start), offset(at: end))
        let (early, late) = (reading - before, reading - after)
        switch (offset(at: early) == before, offset(at: late) == after) {
        case (true, true): return early == late ? .once(early) : .twice(min(early, late), max(early, late))
        case (true, false): return .once(early)
        case (false, true): return .once(late)
        case (false, false): return .skipped(at: change(to: after, between: start, and: end))
        }
    }

    private func change(to offset: Int, between start: Int, and end: Int) -> Int {
        var (low, high) = (start, end)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if self.offset(at: middle) == offset { high = middle } else { low = middle }
        }
        return high
    }

    private func offset(at moment: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))
    }
}
