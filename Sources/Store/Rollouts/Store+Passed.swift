public import FleetModel
import GRDB

extension Store {
    /// When files were passed by an environment's whole fleet, in milliseconds since 1970, by the last rollout that
    /// brought them there; those that were not are missing.
    public func passed(
        _ steps: some Collection<PassedStep> & Sendable, in environment: String, of fleet: String
    ) async throws(StoreError) -> [PassedStep: Int64] {
        try await read { database in
            var times: [PassedStep: Int64] = [:]
            let statement = try database.cachedStatement(
                sql: """
                    SELECT max(at_ms) FROM passed
                    WHERE fleet = ? AND environment = ? AND version = ? AND checksum IS ?
                    """)
            for step in steps {
                times[step] = try Int64.fetchOne(
                    statement,
                    arguments: [fleet, environment, Int64(step.version.number), step.checksum])
            }
            return times
        }
    }

    /// Notes what events say of environments that were passed; what a rollout takes back was not passed by it.
    static func notePassed(_ events: [JournaledEvent], of rollout: RolloutID, in database: Database) throws {
        for entry in events {
            if case .environmentPassed(let environment, let steps) = entry.event {
                for step in steps {
                    try database.execute(
                        sql: """
                            INSERT INTO passed (rollout, fleet, environment, version, checksum, at_ms)
                            SELECT id, fleet, ?, ?, ?, ? FROM rollout WHERE id = ?
                            """,
                        arguments: [
                            environment, Int64(step.version.number), step.checksum, entry.milliseconds,
                            rollout.rawValue,
                        ])
                }
            }
            if case .rollbackStarted(let targets) = entry.event {
                for environment in Set(targets.map(\.environment)) {
                    try database.execute(
                        sql: "DELETE FROM passed WHERE rollout = ? AND environment = ?",
                        arguments: [rollout.rawValue, environment])
                }
            }
        }
    }
}
