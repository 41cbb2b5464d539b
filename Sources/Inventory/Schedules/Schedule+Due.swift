public import FleetModel
public import Foundation

/// What is due now, given the runs there were. Pure, for whoever runs schedules: a timer's command or a daemon.
extension Schedule {
    /// How much before its time a run is let begin: clocks of machines differ, and a timer that a fast one fires must not be
    /// told that nothing is due, or the run would be left out.
    public static let leeway = Duration.seconds(30)

    /// The time for which a run is due now; nil where none is.
    ///
    /// Of times that were missed only the last one is: a run is made up for once. A schedule that never ran is due. A run that
    /// was lost with its process does not count, but two in a row do, so that what kills its process is not begun for ever.
    ///
    /// - Parameter runs: the schedule's last runs, the newest first; what is at work counts.
    public func due(at now: Date, after runs: [ScheduleRun]) -> Date? {
        guard let latest = timing.latest(at: now.addingTimeInterval(Self.leeway.seconds)) else { return nil }
        // What is of later than now was noted before the clock was set back.
        let past = runs.filter { $0.start <= now.addingTimeInterval(Self.leeway.seconds) }
        guard let answered = Self.answered(by: past) else { return latest }
        return latest > answered ? latest : nil
    }

    /// Up to which time all that was due has had its run; nil for none.
    private static func answered(by runs: [ScheduleRun]) -> Date? {
        let lost = runs.prefix { $0.outcome == .lost }.count
        guard let run = lost >= 2 ? runs.first : runs.dropFirst(lost).first else { return nil }
        return max(run.start, run.due ?? run.start)
    }
}

extension ScheduleRun {
    /// When it began.
    public var start: Date { Date(timeIntervalSince1970: Double(startedMilliseconds) / 1000) }

    /// The time for which it was meant; nil where someone ran it by hand.
    public var due: Date? { dueMilliseconds.map { Date(timeIntervalSince1970: Double($0) / 1000) } }
}
