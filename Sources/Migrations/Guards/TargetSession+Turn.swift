internal import FleetModel
internal import Postgres

extension TargetSession {
    /// Connects; where the server, the database or the role has no connection left (SQLSTATE 53300), waits for a turn.
    static func connect(
        _ settings: ConnectionSettings, _ options: SessionOptions, _ notices: NoticeBox
    ) async throws(PostgresError) -> Connection {
        let end = ContinuousClock.now + options.turnLimit
        var bound = Duration.milliseconds(100)
        while true {
            do throws(PostgresError) {
                return try await Connection.open(
                    settings, timeout: options.connectTimeout, onNotice: notices.add)
            } catch {
                // Not all at once: others wait for the same places.
                let pause = Duration.seconds(Double.random(in: 0.3...1) * bound.seconds)
                guard error.sqlState == .tooManyConnections, ContinuousClock.now + pause < end else { throw error }
                // Cancelled meanwhile: the next attempt says so.
                try? await Task.sleep(for: pause)
                bound = min(bound * 2, .seconds(2))
            }
        }
    }
}
