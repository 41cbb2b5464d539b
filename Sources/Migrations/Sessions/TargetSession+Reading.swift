package import FleetModel
package import Postgres

extension TargetSession {
    /// The table that the target's migration tool keeps; known after a look.
    package var versionTable: (schema: String, name: String)? {
        orientation.map { ($0.table.schema, $0.table.name) }
    }

    /// The server's version as a number: 150004 is 15.4.
    package var serverVersion: Int { connection.serverVersion }

    /// Asks what changes nothing. A transaction that it leaves open because a statement failed is ended.
    ///
    /// - Returns: an outcome for each statement.
    /// - Throws: what concerns the connection.
    package func read(
        _ statements: [PipelineStatement], within limit: Duration
    ) async throws(TargetFailure) -> [PipelineOutcome] {
        let outcomes: [PipelineOutcome]
        do throws(PostgresError) {
            outcomes = try await connection.pipeline(statements, timeout: limit)
        } catch {
            throw unchanged(error)
        }
        let hasFailed = outcomes.contains { outcome in
            if case .failed = outcome { true } else { false }
        }
        if hasFailed { await rollBack() }
        return outcomes
    }

    /// What an error of a statement that was read means; nothing was changed by it.
    package func failure(reading error: PostgresError) -> TargetFailure { unchanged(error) }
}
