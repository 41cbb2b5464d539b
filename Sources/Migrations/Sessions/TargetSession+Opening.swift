internal import FleetModel
internal import Postgres

extension TargetSession {
    /// Why no session came about.
    ///
    /// Of a list, libpq says of each server what was wrong with it, but not in a form to decide on: whether servers answer
    /// and only none of them takes writes is found out by asking for any.
    static func unreached(
        _ error: PostgresError, _ target: Target, _ settings: ConnectionSettings, _ options: SessionOptions
    ) async -> TargetFailure {
        guard isList(settings), ["read-write", "primary"].contains(settings["target_session_attrs"]),
            [.connectionFailed, .timedOut].contains(error.reason)
        else { return unreached(error, target) }
        var any = settings
        any["target_session_attrs"] = "any"
        guard let connection = try? await Connection.open(any, timeout: options.connectTimeout) else {
            return unreached(error, target)
        }
        await connection.close()
        return TargetFailure(
            kind: .readOnly,
            message:
                "\(target.endpoint), database \(target.database): none of these servers takes writes; those that answer "
                + "are standbys, or read-only by default. \(error.message.harmless)",
            consequence: "Nothing was changed", remedy: "Promote one of them, or name the primary in fleet.yaml")
    }

    /// Whether several servers are named.
    static func isList(_ settings: ConnectionSettings) -> Bool {
        ((settings["host"] ?? "") + (settings["hostaddr"] ?? "")).contains(",")
    }
}
