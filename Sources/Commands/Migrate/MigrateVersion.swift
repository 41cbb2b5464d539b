import ArgumentParser
import FleetModel
import Inventory
import Rollout

/// Prints the version of each selected target.
struct MigrateVersion: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version of each selected target.")

    @OptionGroup var options: FleetOptions
    @OptionGroup var selection: SelectorOptions

    func run() async throws {
        try await options.run { session in
            let report = try await StatusReport.make(session, selection)
            try session.output.write(report.document) {
                report.rows.map { row in
                    let state = row.standing.state.map { String(describing: $0) }
                    return "\(row.target.id) \(state ?? "? \(row.standing.failure.map(FailureText.headline) ?? "")")"
                }
            }
            if report.counts[.unreachable] != nil { throw Failure(.failed, nil) }
        }
    }
}
