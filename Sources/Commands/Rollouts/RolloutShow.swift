import ArgumentParser
import FleetModel
import Foundation
import Rollout
import Store

/// Tells the story of one rollout.
struct RolloutShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell the story of a rollout, from its journal.",
        usage: "pgfleet rollout show [<rollout>] [--follow] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout show                 the last rollout
              pgfleet rollout show 20261126-1819   the beginning of a name will do
              pgfleet rollout show --verbose       every event, a line each
              pgfleet rollout show --follow        go on until it ends
              pgfleet rollout show --output json   with all events, for programs
            """)

    @OptionGroup var options: FleetOptions

    @Flag(help: "Tell every event in a line, also those that come while a process works on it.")
    var follow = false

    @Argument(help: "Its name, the beginning of it, or 'last'.")
    var rollout = "last"

    private struct Document: Encodable {
        let rollout: RolloutDocument
        let events: [EventDocument]

        private enum Key: String, CodingKey {
            case events
        }

        func encode(to encoder: any Encoder) throws {
            try rollout.encode(to: encoder)
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(events, forKey: .events)
        }
    }

    func run() async throws {
        try await options.run { session in
            let record = try await RolloutLookup.find(rollout, session)
            if follow { return try await follow(record, session) }
            let machine = record.machine()
            let status = record.status(in: machine)
            let document = Document(
                rollout: RolloutDocument(id: record.id, status: status, machine: machine),
                events: record.journal.map(EventDocument.init))
            let paint = session.output.data.paint
            try session.output.write(document) {
                let story =
                    options.verbose
                    ? events(record.journal, EventText(plan: record.plan, paint: paint))
                    : RolloutStory.lines(record.journal, of: record.plan, paint: paint)
                let summary = RolloutSummary(id: record.id, machine: machine, status: status)
                return RolloutHead(record: record, status: status).lines(paint) + [""] + story + [""]
                    + summary.lines(paint: paint, listsFailures: false)
            }
        }
    }

    private func events(_ journal: [JournaledEvent], _ text: EventText) -> [String] {
        text.entries(journal).flatMap { PlainProgress.lines($0.lines, at: $0.entry.time) }
    }

    private func follow(_ record: RolloutRecord, _ session: FleetSession) async throws {
        let output = session.output
        let paint = output.data.paint
        let lines = output.format == .json ? EventLines(output: output) : nil
        let text = EventText(plan: record.plan, paint: paint)
        var machine = RolloutMachine(plan: record.plan)
        func tell(_ journal: [JournaledEvent]) {
            if let lines { return lines.write(journal) }
            for entry in journal {
                machine.apply(entry.event)
                output.write(PlainProgress.lines(text.lines(entry.event, in: machine), at: entry.time))
            }
        }
        if lines == nil {
            output.write(RolloutHead(record: record, status: record.status(in: record.machine())).lines(paint) + [""])
        }
        tell(record.journal)
        machine = try await RolloutFollower(store: try await session.store(), record: record).follow(tell)
        let status = RolloutStatus(machine, isHeld: false)
        if let lines { return await lines.end(RolloutDocument(id: record.id, status: status, machine: machine)) }
        let summary = RolloutSummary(id: record.id, machine: machine, status: status)
        output.write([""] + summary.lines(paint: paint, listsFailures: false))
    }
}

extension JournaledEvent {
    /// When it was written.
    var time: Date { Date(timeIntervalSince1970: seconds) }
}

extension Date.ISO8601FormatStyle {
    /// The same with milliseconds.
    var milliseconds: Date.ISO8601FormatStyle { Date.ISO8601FormatStyle(includingFractionalSeconds: true) }
}
