import ArgumentParser
import FleetModel
import Foundation
import Inventory
import Store

/// Lists schedules with their next and last runs.
struct ScheduleList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the schedules: when each is due next, and how its last run ended.",
        discussion: """
            A schedule whose time has come since its last run is due; so is one that never ran. Times are in UTC.
            """)

    @OptionGroup var options: FleetOptions

    private typealias Row = (schedule: Schedule, last: ScheduleRun?, due: Date?, next: Date?)

    private struct Document: Encodable {
        struct Row: Encodable {
            let schedule, job, when: String
            @OrNull var dueSince: String?
            @OrNull var nextAt: String?
            @OrNull var last: RunDocument?
        }
        let schedules: [Row]
    }

    func run() async throws {
        try await options.run { session in
            let now = Date.now
            let store = try await session.storeIfPresent()
            var rows: [Row] = []
            for schedule in session.fleet.schedules {
                let runs = try await store?.runs(of: schedule.name, in: session.fleet.name, limit: 20) ?? []
                rows.append(
                    (schedule, runs.first, schedule.due(at: now, after: runs), schedule.timing.next(after: now)))
            }
            let document = Document(
                schedules: rows.map { row in
                    Document.Row(
                        schedule: row.schedule.name, job: row.schedule.job.rawValue,
                        when: row.schedule.timing.description, dueSince: row.due?.formatted(.iso8601),
                        nextAt: row.next?.formatted(.iso8601), last: row.last.map(RunDocument.init))
                })
            try session.output.write(document) {
                guard !rows.isEmpty else { return ["\(session.fleet.file) has no 'schedules'."] }
                return lines(rows, now, session.output)
            }
        }
    }

    /// A table, and behind it what is wrong.
    private func lines(_ rows: [Row], _ now: Date, _ output: Output) -> [String] {
        var table = Table([
            .init(title: "SCHEDULE"), .init(title: "RUNS"), .init(title: "WHEN", isFlexible: true),
            .init(title: "NEXT"),
            .init(title: "LAST"),
        ])
        for row in rows {
            table.add(
                .init(row.schedule.name, .strong), .init(row.schedule.job.rawValue),
                .init(row.schedule.timing.description), Self.next(row, now),
                row.last.map { RunText.last($0, now) } ?? .init("never", .quiet))
        }
        let paint = output.data.paint
        let complaints = rows.compactMap { row in
            row.last.flatMap { run in
                RunText.complaint(run).map { paint("✗", .bad) + " \(row.schedule.name): \($0)" }
            }
        }
        return table.lines(width: output.dataWidth, paint: paint) + complaints
    }

    private static func next(_ row: Row, _ now: Date) -> Table.Cell {
        if row.due != nil, row.last?.outcome != .running { return .init("due now", .warning) }
        guard let next = row.next else { return .init("never", .warning) }
        // What is near is told by the clock, what is far by the calendar.
        let isNear = next.timeIntervalSince(now) < 86_400
        return .init(isNear ? "\(next.minuteText.dropFirst(11)), \(next.ahead(now))" : next.minuteText)
    }
}
