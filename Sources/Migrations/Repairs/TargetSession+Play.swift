package import FleetModel
internal import Postgres

extension TargetSession {
    /// Gives the session the settings under which migrations run on its target, until it is closed. For scratch.
    package func beginPlaying() async throws(TargetFailure) {
        let settings = SessionSettings(options.rules, schema: target.schema)
        _ = try await play(settings.statements(local: false).joined(separator: ";"))
    }

    /// Runs a text as it stands, as a client would send it. For scratch, where nothing can come to harm.
    ///
    /// - Returns: whether no transaction is open after it, so that its effect lasts.
    /// - Throws: what the server said. A transaction of the text that was open is rolled back, as it would be by the end
    ///   of the session.
    package func play(_ text: String) async throws(TargetFailure) -> Bool {
        do throws(PostgresError) {
            _ = try await connection.run(text, timeout: options.rules.statementTimeout.duration)
        } catch {
            await rollBack()
            throw TargetFailure(error)
        }
        return await connection.transactionStatus == .idle
    }
}
