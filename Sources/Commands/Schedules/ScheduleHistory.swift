import ArgumentParser
import FleetModel
import Foundation
import Inventory
import Store

/// Lists the runs of schedules.
struct ScheduleHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "List the runs of a schedule, or of all, the newest first.",
        discussion: """
            A run that was lost has no result: its process was killed, or its machine went down. The last 1000 runs of each \
            schedule are kept.
            """)

    @OptionGroup var options: FleetOptions

    @Argument(help: "The schedule's name; all by default. One that fleet.yaml has no more is fine.")
    var name: String?

    @Option(help: "How many to list.")
    var limit = 20

    private struct Document: Encodable {
        let runs: [RunDocument]
    }

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is from 1 to 10000") }
    }

    func run() async throws {
        try await options.run { session in
            let runs =
                try await session.storeIfPresent()?.runs(of: name, in: session.fleet.name, limit: limit) ?? []
            // A name that is nowhere is a mistake; one that only the store has was a schedule once.
            if let name, runs.isEmpty { _ = try session.schedule(named: name) }
            try session.output.write(Document(runs: runs.map(RunDocument.init))) {
                guard !runs.isEmpty else { return ["No run yet. Run one with: pgfleet schedule run NAME"] }
                var table = Table([
                    .init(title: "STARTED"), .init(title: "SCHEDULE"), .init(title: "DUE"),
                    .init(title: "TOOK", isRightAligned: true), .init(title: "EXIT", isRightAligned: true),
                    .init(title: "RESULT", isFlexible: true),
                ])
                for run in runs {
                    table.add(
                        .init(run.start.minuteText), .init(run.schedule, .strong),
                        .init(RunText.punctuality(run)), .init(RunText.length(run)),
                        .init(run.exitCode.map { String($0) } ?? ""), RunText.result(run))
                }
                return table.lines(width: session.output.dataWidth, paint: session.output.data.paint)
            }
        }
    }
}
