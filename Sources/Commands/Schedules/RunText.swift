import FleetModel
import Foundation
import Inventory

/// One run of a schedule for people.
enum RunText {
    // None of these is put into a loop over runs by the optimizer: Swift 6.3's fails there ("Found ownership error"), when
    // it looks into one outcome several times.

    /// How it ended, with a sign beside the colour.
    @inline(never)
    static func result(_ run: ScheduleRun) -> Table.Cell {
        switch run.outcome {
        case .running: .init("▸ running, process \(run.by.process) on \(run.by.machine)", .active)
        case .lost: .init("? lost: its process ended without a result", .bad)
        case .ended(_, 0, let summary): .init("✓ \(summary)", .good)
        case .ended(_, _, let summary): .init("✗ \(summary)", .bad)
        }
    }

    /// The same with the time for the result.
    static func last(_ run: ScheduleRun, _ now: Date) -> Table.Cell {
        let ago = run.start.ago(now)
        return switch run.outcome {
        case .running: .init("▸ running", .active)
        case .lost: .init("? \(ago)", .bad)
        case .ended(_, 0, _): .init("✓ \(ago)", .good)
        case .ended: .init("✗ \(ago)", .bad)
        }
    }

    /// What is wrong; nil where nothing is.
    static func complaint(_ run: ScheduleRun) -> String? {
        switch run.outcome {
        case .running, .ended(_, 0, _): nil
        case .lost: "lost; its process ended without a result"
        case .ended(_, let code, let summary): "\(summary) (exit code \(code))"
        }
    }

    /// Whether it was in time.
    static func punctuality(_ run: ScheduleRun) -> String {
        guard let due = run.due else { return "by hand" }
        let seconds = run.start.timeIntervalSince(due)
        return seconds < 120 ? "in time" : "\(seconds.secondsText) late"
    }

    /// How long it took; nothing while it is not known.
    @inline(never)
    static func length(_ run: ScheduleRun) -> String {
        guard case .ended(let end, _, _) = run.outcome else { return "" }
        return (Double(end - run.startedMilliseconds) / 1000).secondsText
    }
}

extension ScheduleRun {
    /// The exit code, once there is one.
    @inline(never)
    var exitCode: Int32? {
        guard case .ended(_, let code, _) = outcome else { return nil }
        return code
    }
}

/// One run of a schedule in JSON.
struct RunDocument: Encodable {
    let schedule, job, startedAt, startedBy, state: String
    @OrNull var dueAt: String?
    @OrNull var endedAt: String?
    @OrNull var exitCode: Int32?
    @OrNull var summary: String?

    init(_ run: ScheduleRun) {
        schedule = run.schedule
        job = run.job
        startedAt = run.start.formatted(.iso8601)
        startedBy = run.by.description
        dueAt = run.due?.formatted(.iso8601)
        exitCode = run.exitCode
        switch run.outcome {
        case .running: state = "running"
        case .lost: state = "lost"
        case .ended(let end, _, let text):
            state = "ended"
            endedAt = Date(timeIntervalSince1970: Double(end) / 1000).formatted(.iso8601)
            summary = text
        }
    }
}
