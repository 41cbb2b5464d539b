import ArgumentParser
import FleetModel
import Glibc
import Rollout
import Store

/// Looks on while another process works on a rollout.
struct RolloutWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Look on while another process works on a rollout.",
        usage: "pgfleet rollout watch [<rollout>] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout watch                 the last rollout
              pgfleet rollout watch 20261126-1819   the beginning of a name will do
              pgfleet rollout watch --output json   a line of JSON for each event

            Shows what 'rollout start' shows, from the journal, until the rollout ends \
            or is left; then its summary, with the exit code that it had. Ctrl-C ends \
            the looking on and nothing else.
            """)

    @OptionGroup var options: FleetOptions

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    func run() async throws {
        try await options.run { session in
            let record = try await RolloutLookup.find(rollout, session)
            let output = session.output
            let lines = output.format == .json ? EventLines(output: output) : nil
            let view = RolloutView(
                id: record.id, plan: record.plan, output: output,
                isQuiet: lines != nil && output.data.isInteractive)
            let interrupts = Interrupts {
                view.giveBack()
                Glibc.exit(ExitStatus.interrupted.rawValue)
            }
            view.replay(record.journal)
            lines?.write(record.journal)
            await view.begin()
            let machine = try await RolloutFollower(store: try await session.store(), record: record).follow { news in
                for entry in news { view.show(entry) }
                lines?.write(news)
            }
            await view.end()
            withExtendedLifetime(interrupts) {}
            let status = RolloutStatus(machine, isHeld: false)
            if let lines {
                await lines.end(RolloutDocument(id: record.id, status: status, machine: machine))
            } else {
                let summary = RolloutSummary(id: record.id, machine: machine, status: status)
                output.write([""] + summary.lines(paint: output.data.paint, listsFailures: true))
            }
            let code = machine.exitStatus(stop: machine.isStopping ? .finish : .none, wasAskedToRollBack: false)
            if code != .done { throw Failure(code, nil) }
        }
    }
}
