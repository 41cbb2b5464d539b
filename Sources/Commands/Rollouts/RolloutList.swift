import ArgumentParser
import FleetModel
import Foundation
import Rollout
import Store

/// Lists rollouts.
struct RolloutList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the rollouts of this fleet, the newest first.",
        usage: "pgfleet rollout list [--limit <limit>] [<options>]",
        discussion: """
            EXAMPLES
              pgfleet rollout list
              pgfleet rollout list --limit 100 --output json

            TARGETS says how many are where the plan wanted them, of all; or how many went \
            back. A name begins with the UTC time at which the rollout was made.
            """)

    @OptionGroup var options: FleetOptions

    @Option(help: "How many to list.")
    var limit = 20

    private struct Document: Encodable {
        struct Row: Encodable {
            let rollout: RolloutID
            let status: RolloutStatus
            let goal, startedBy, createdAt: String
            let accounts: [String: Int]
        }
        let rollouts: [Row]
    }

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is from 1 to 10000") }
    }

    /// What is shown of one rollout, whose plan and journal are large and go as soon as it is made.
    private struct Line {
        let row: Document.Row
        let created: Date
        let targets: String

        init(_ record: RolloutRecord) {
            let machine = record.machine()
            row = Document.Row(
                rollout: record.id, status: record.status(in: machine), goal: record.plan.goal.description,
                startedBy: record.createdBy.description, createdAt: record.created.formatted(.iso8601),
                accounts: machine.accountsByName)
            created = record.created
            targets = RolloutList.targets(machine)
        }
    }

    func run() async throws {
        try await options.run { session in
            var lines: [Line] = []
            if let store = try await session.storeIfPresent() {
                for id in try await store.rollouts(limit: limit) { lines.append(Line(try await store.rollout(id))) }
            }
            let rows = lines
            let document = Document(rollouts: rows.map(\.row))
            try session.output.write(document) {
                guard !rows.isEmpty else { return ["No rollout yet. Start one with: pgfleet rollout"] }
                var table = Table([
                    .init(title: "ROLLOUT"), .init(title: "STATUS"), .init(title: "TO"), .init(title: "STARTED"),
                    .init(title: "TARGETS"), .init(title: "BY", isFlexible: true),
                ])
                for line in rows {
                    table.add(
                        .init(line.row.rollout.rawValue, .strong), .init(line.row.status.word, line.row.status.tint),
                        .init(line.row.goal), .init(line.created.ago(.now)), .init(line.targets),
                        .init(line.row.startedBy, .quiet))
                }
                return table.lines(width: session.output.dataWidth, paint: session.output.data.paint)
            }
        }
    }

    /// `6/7, 1 failed`: how many are where the plan wanted them, or back, and how many failed.
    private static func targets(_ machine: RolloutMachine) -> String {
        let accounts = machine.accounts
        let back = accounts[.rolledBack] ?? 0
        let good = (accounts[.changed] ?? 0) + (accounts[.unchanged] ?? 0)
        let failed = accounts[.failed].map { ", \($0) failed" } ?? ""
        return (back > 0 ? "\(back) back" : "\(good)/\(machine.targets.count)") + failed
    }
}
