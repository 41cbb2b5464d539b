import FleetModel
import Inventory

/// What a job of a schedule came to: what the command of its name shows, and ends with.
struct JobResult: Sendable {
    let status: ExitStatus
    /// One line, for lists of runs.
    let summary: String
    /// The command's JSON document.
    let document: any Encodable & Sendable
    /// The command's lines for people.
    let lines: [String]
}

extension Schedule.Job {
    /// Does it, and prints nothing.
    func perform(_ session: FleetSession, on selector: Selector) async throws -> JobResult {
        switch self {
        case .status: try await StatusCommand.result(session, selector)
        case .check: try await CheckCommand.result(session, selector)
        }
    }
}
