import FleetModel
import Foundation
import Inventory

/// The JSON document of `schedule run`.
struct ScheduleRunDocument: Encodable {
    let schedule, job: String
    let ran: Bool
    @OrNull var startedAt: String?
    @OrNull var endedAt: String?
    @OrNull var exitCode: Int32?
    @OrNull var summary: String?
    @OrNull var nextAt: String?
    /// The document of the job's command; null where it came to none.
    @OrNull var result: JobDocument?

    /// The document of whatever command.
    struct JobDocument: Encodable {
        let document: any Encodable & Sendable

        func encode(to encoder: any Encoder) throws { try document.encode(to: encoder) }
    }

    init(_ schedule: Schedule, start: Date, end: Date? = nil, _ result: ClaimedRun.Result? = nil) {
        self.schedule = schedule.name
        job = schedule.job.rawValue
        ran = result != nil
        startedAt = result.map { _ in start.formatted(.iso8601) }
        endedAt = end.map { $0.formatted(.iso8601) }
        exitCode = result?.status.rawValue
        summary = result?.summary
        nextAt = schedule.timing.next(after: end ?? start)?.formatted(.iso8601)
        self.result = (try? result?.outcome.get()).map { JobDocument(document: $0.document) }
    }
}
