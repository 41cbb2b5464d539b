import ArgumentParser
import FleetModel
import Inventory
import Rollout
import Store

/// Tells which version every target is on.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show which version every target is on.",
        discussion: """
            Looks at all selected targets and changes nothing. The exit code is 0 when every target was reached and \
            none is dirty, 3 when one is dirty, 1 when one could not be reached.
            """)

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions

    @Flag(help: "List every target, however many there are.")
    var all = false

    func run() async throws {
        try await options.run { session in
            let report = try await StatusReport.make(session, selection.selector())
            try session.output.write(report.document) {
                StatusText(report: report, listsAll: all).lines(
                    width: session.output.dataWidth, paint: session.output.data.paint)
            }
            do {
                try await tellUnfinishedRollouts(session)
            } catch let error as StoreError {
                // The databases hold their own versions, so what they say is the result whatever becomes of the note.
                session.output.tell(session.output.messages.paint("warning:", .warning) + " \(error)")
            }
            if report.exitStatus != .done { throw Failure(report.exitStatus, nil) }
        }
    }

    /// The same as a job of a schedule.
    static func result(_ session: FleetSession, _ selector: Selector) async throws -> JobResult {
        let report = try await StatusReport.make(session, selector)
        return JobResult(
            status: report.exitStatus, summary: report.summary, document: report.document,
            lines: StatusText(report: report, listsAll: false).lines(
                width: session.output.dataWidth, paint: session.output.data.paint))
    }

    /// A rollout that was left before its end explains a fleet on two versions better than any table.
    private func tellUnfinishedRollouts(_ session: FleetSession) async throws {
        guard let store = try await session.storeIfPresent() else { return }
        for id in try await store.unfinishedRollouts() {
            let rollout = try await store.rollout(id)
            let status = rollout.status(in: rollout.machine())
            guard [.running, .paused, .interrupted, .waiting, .deferred].contains(status) else { continue }
            session.output.tell(
                session.output.messages.paint("note:", .warning)
                    + " rollout \(rollout.id): \(status.text); see: pgfleet rollout show \(rollout.id)")
        }
    }
}
