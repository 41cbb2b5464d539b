import ArgumentParser
import FleetModel
import Foundation
import Rollout
import Store

/// Lists rollouts.
struct RolloutList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the rollouts of this fleet, the newest first.")

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
                    .init(title: "ROLLOUT"), .init(title: "STATUS"), .init(title: "TO"), .init(title: "STARTED (UTC)"),
                    .init(title: "BY"), .init(title: "TARGETS", isFlexible: true),
                ])
                for row in rows {
                    let accounts = TargetAccount.allCases.compactMap { account in
                        row.machine.accounts[account].map { "\($0) \(account.text)" }
                    }
                    table.add(
                        .init(row.record.id.rawValue, .strong), .init(row.status.text, row.status.tint),
                        .init(row.record.plan.goal.description),
                        .init(
                            row.record.created.formatted(
                                .iso8601.year().month().day().dateTimeSeparator(.space)
                                    .time(includingFractionalSeconds: false))),
                        .init(row.record.createdBy.description), .init(accounts.joined(separator: ", "), .quiet))
                }
                return table.lines(width: session.output.dataWidth, paint: session.output.data.paint)
            }
        }
    }
}
