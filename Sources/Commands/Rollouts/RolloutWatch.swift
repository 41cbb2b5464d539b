import ArgumentParser
import FleetModel
import Foundation
import Rollout
import Store

/// Looks on while another process works on a rollout.
struct RolloutWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Look on while another process works on a rollout.",
        discussion: """
            Shows what 'rollout start' shows, from the journal, until the rollout ends or is left; then its summary, with \
            the exit code that it had. With --output json, a line of JSON for each event. Ctrl-C ends the looking on.
            """)

    @OptionGroup var options: FleetOptions

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    func run() async throws {
        try await options.run { session in
            var record = try await RolloutLookup.find(rollout, session)
            let store = try await session.store()
            let view = RolloutView(id: record.id, plan: record.plan, output: session.output)
            let lines = session.output.format == .json ? EventLines(output: session.output) : nil
            view.replay(record.journal)
            try lines?.write(record.journal)
            await view.begin()
            while record.holder != nil {
                try await Task.sleep(for: .milliseconds(300))
                let last = record.journal.last?.sequence ?? 0
                record = try await store.rollout(named: record.id.rawValue)
                let news = record.journal.filter { $0.sequence > last }
                for entry in news { view.show(entry.event) }
                try lines?.write(news)
            }
            await view.end()
            let machine = record.machine()
            let status = record.status(in: machine)
            if lines == nil {
                let summary = RolloutSummary(id: record.id, machine: machine, status: status)
                session.output.write([""] + summary.lines(paint: session.output.data.paint, listsFailures: true))
            }
            let code = machine.exitStatus(stop: machine.isSuspended ? .finish : .none, wasAskedToRollBack: false)
            if code != .done { throw Failure(code, nil) }
        }
    }
}
