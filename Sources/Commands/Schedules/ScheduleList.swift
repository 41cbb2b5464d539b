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

    struct Document: Encodable {
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
            var rows: [(schedule: Schedule, last: ScheduleRun?, due: Date?, next: Date?)] = []
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
                var table = Table([
                    .init(title: "SCHEDULE"), .init(title: "RUNS"), .init(title: "WHEN"), .init(title: "NEXT"),
                    .init(title: "LAST"), .init(title: "RESULT", isFlexible: true),
                ])
                for row in rows {
                    table.add(
                        .init(row.schedule.name, .strong), .init(row.schedule.job.rawValue),
                        .init(row.schedule.timing.description), Self.next(row, now),
                        .init(row.last.map { $0.start.ago(now) } ?? "never"),
                        row.last.map(RunText.result) ?? .init(""))
                }
                return table.lines(width: session.output.dataWidth, paint: session.output.data.paint)
            }
        }
    }

    private static func next(
        _ row: (schedule: Schedule, last: ScheduleRun?, due: Date?, next: Date?), _ now: Date
    ) -> Table.Cell {
        if row.due != nil, row.last?.outcome != .running { return .init("due now", .warning) }
        guard let next = row.next else { return .init("never", .warning) }
        return .init("\(next.minuteText), \(next.ahead(now))")
    }
}
