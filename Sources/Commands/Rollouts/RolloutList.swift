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

    func run() async throws {
        try await options.run { session in
            let records = try await session.storeIfPresent()?.rollouts(limit: limit) ?? []
            let rows = records.map {
                record -> (record: RolloutRecord, machine: RolloutMachine, status: RolloutStatus) in
                let machine = record.machine()
                return (record, machine, record.status(in: machine))
            }
            let document = Document(
                rollouts: rows.map { row in
                    Document.Row(
                        rollout: row.record.id, status: row.status, goal: row.record.plan.goal.description,
                        startedBy: row.record.createdBy.description,
                        createdAt: row.record.created.formatted(.iso8601),
                        accounts: row.machine.accountsByName)
                })
            try session.output.write(document) {
                guard !rows.isEmpty else { return ["No rollout yet. Start one with: pgfleet rollout"] }
                var table = Table([
                    .init(title: "ROLLOUT"), .init(title: "STATUS"), .init(title: "TO"), .init(title: "STARTED"),
                    .init(title: "TARGETS"), .init(title: "BY", isFlexible: true),
                ])
                for row in rows {
                    table.add(
                        .init(row.record.id.rawValue, .strong), .init(row.status.word, row.status.tint),
                        .init(row.record.plan.goal.description), .init(row.record.created.ago(.now)),
                        .init(Self.targets(row.machine)), .init(row.record.createdBy.description, .quiet))
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
