import ArgumentParser
import FleetModel
import Foundation
import Rollout
import Store

/// Tells the story of one rollout.
struct RolloutShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell the story of a rollout, from its journal.")

    @OptionGroup var options: FleetOptions

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
            let machine = record.machine()
            let status = record.status(in: machine)
            let document = Document(
                rollout: RolloutDocument(id: record.id, status: status, machine: machine),
                events: record.journal.map(EventDocument.init))
            let paint = session.output.data.paint
            try session.output.write(document) {
                let text = EventText(plan: record.plan, paint: paint)
                let story = record.journal.flatMap { PlainProgress.lines(text.lines($0.event), at: $0.time) }
                let summary = RolloutSummary(id: record.id, machine: machine, status: status)
                let head =
                    "fleet \(record.plan.fleet), to \(record.plan.goal), by \(record.createdBy), "
                    + record.created.formatted(.iso8601)
                    + (record.plan.terms.allowed.isEmpty
                        ? "" : ", allowed: " + record.plan.terms.allowed.joined(separator: ", ").harmless)
                    + (record.plan.terms.override.map { ", override: \($0.harmless)" } ?? "")
                return [head, ""] + story + [""] + summary.lines(paint: paint, listsFailures: false)
            }
        }
    }
}

extension JournaledEvent {
    /// When it was written.
    var time: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

extension Date.ISO8601FormatStyle {
    /// The same with milliseconds.
    var milliseconds: Date.ISO8601FormatStyle { Date.ISO8601FormatStyle(includingFractionalSeconds: true) }
}
