import ArgumentParser
import FleetModel
import Foundation
import Inventory
import Store

/// Runs a schedule's job, and records how it ended.
struct ScheduleRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a schedule's job now, and record how it ended.",
        discussion: """
            Prints what the command of the job's name prints, and ends with its exit code. Runs of one schedule do not overlap: \
            where a living process is at it, nothing is begun, and the exit code is 1.

            With --if-due it does nothing, and the exit code is 0, unless a time of the schedule has come since its last \
            run. Of times that were missed it makes up for the last one only.
            """)

    @OptionGroup var options: FleetOptions

    @Argument(help: "The schedule's name.")
    var name: String

    @Flag(help: "Run only what is due and has not run; for timers.")
    var ifDue = false

    func run() async throws {
        try await options.run { session in
            let schedule = try session.schedule(named: name)
            let store = try await session.store()
            let start = Date.now
            let claim = try await store.beginRun(
                of: schedule.name, in: session.fleet.name, job: schedule.job.rawValue, by: session.me, at: start
            ) { [ifDue] runs in
                let due = schedule.due(at: start, after: runs)
                return ifDue && due == nil ? .wait : .run(due: due)
            }
            guard let claim else {
                try session.output.write(ScheduleRunDocument(schedule, start: start)) {
                    ["Nothing is due\(schedule.timing.next(after: start).map { " before \($0.minuteText)" } ?? "")."]
                }
                return
            }
            let run = ClaimedRun(schedule: schedule, claim: claim, store: store, start: start)
            let (result, end) = await run.perform(session, options.told)
            let document = ScheduleRunDocument(schedule, start: start, end: end, result)
            try session.output.write(document) { (try? result.outcome.get().lines) ?? [] }
            if case .failure(let error) = result.outcome { throw error }
            if result.status != .done { throw Failure(result.status, nil) }
        }
    }
}
