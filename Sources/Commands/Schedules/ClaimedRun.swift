import FleetModel
import Foundation
import Inventory
import Store

/// A run of a schedule that this process has begun: the job, the signs of life beside it, and the record of its end.
struct ClaimedRun {
    /// How the job ended.
    struct Result {
        let outcome: Swift.Result<JobResult, any Error>
        let status: ExitStatus
        /// One line.
        let summary: String

        init(_ outcome: Swift.Result<JobResult, any Error>) {
            self.outcome = outcome
            switch outcome {
            case .success(let result): (status, summary) = (result.status, result.summary)
            case .failure(let failure as Failure):
                status = failure.status
                summary = (failure.message ?? (failure.status == .interrupted ? "interrupted" : "failed")).oneLine
            case .failure(let error): (status, summary) = (.failed, "\(error)".oneLine)
            }
        }
    }

    let schedule: Schedule
    let claim: RunClaim
    let store: Store
    let start: Date

    /// Does the job to its end, or until a signal comes or another process has taken the schedule over.
    ///
    /// - Parameter told: turns the errors of the modules into exit codes.
    func perform(_ session: FleetSession, _ told: (any Error) -> any Error) async -> (Result, end: Date) {
        let work = Task { try await schedule.job.perform(session, on: schedule.selector) }
        let interrupts = Interrupts { work.cancel() }
        let signs = Task { await isOvertaken { work.cancel() } }
        var outcome = await work.result.mapError(told)
        signs.cancel()
        withExtendedLifetime(interrupts) {}
        if await signs.value {
            outcome = .failure(Failure(.failed, "another process runs the schedule \(schedule.name) now"))
        } else if work.isCancelled {
            outcome = .failure(Failure(.interrupted, nil))
        }
        let result = Result(outcome)
        let end = Date.now
        do {
            try await store.end(claim, exitCode: result.status.rawValue, summary: result.summary.harmless, at: end)
        } catch {
            guard result.status == .done else {
                session.output.tell(session.output.messages.paint("warning:", .warning) + " \(error)")
                return (result, end)
            }
            return (Result(.failure(told(error))), end)
        }
        return (result, end)
    }

    /// Gives signs of life until the task is cancelled; true, after `stop`, where another process has begun a run since.
    private func isOvertaken(_ stop: () -> Void) async -> Bool {
        while (try? await Task.sleep(for: Store.heartbeat)) != nil {
            do throws(StoreError) {
                try await store.renew(claim)
            } catch {
                // A store that is locked for a moment takes nothing away.
                guard error.reason == .claimLost else { continue }
                stop()
                return true
            }
        }
        return false
    }
}
