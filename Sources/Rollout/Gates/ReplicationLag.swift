import FleetModel
import Inventory

/// How far a target's standbys are behind, as its server sees them.
struct ReplicationLag {
    /// In seconds of replay.
    let limit: Double
    /// How long the answer may take.
    let time: Duration

    /// The largest `replay_lag`, 0 without standbys or where they have nothing to replay. Without the rights of
    /// `pg_read_all_stats` the rows are there and empty, which must not look like no lag.
    ///
    /// - Source: PostgreSQL manual, "The Statistics Collector", `pg_stat_replication`.
    private static let sql = """
        SELECT CASE WHEN bool_or(state IS NULL) THEN 'hidden'
                    ELSE coalesce(max(extract(epoch FROM replay_lag)), 0)::text END
        FROM pg_catalog.pg_stat_replication
        """

    /// Why the standbys are too far behind; nil where they are not.
    func objection(on target: FleetTarget, _ resolver: SecretResolver) async throws(TargetFailure) -> TargetFailure? {
        let value = try await SQLQuestion(sql: Self.sql, limit: time).value(on: target, resolver)
        guard let seconds = value.flatMap(Double.init) else {
            throw TargetFailure(
                kind: .probe, message: "\(target.target.id): the role may not see how far the standbys are",
                remedy: "GRANT pg_read_all_stats (or pg_monitor) to the role that logs in.")
        }
        guard seconds > limit else { return nil }
        return TargetFailure(
            kind: .probe,
            message: "\(target.target.id): a standby is \(seconds.short) s behind, more than \(limit.short) s")
    }
}
