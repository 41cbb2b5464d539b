internal import FleetModel
internal import Postgres

extension Records {
    /// Asks of many schemas on one version at once what `digest(upTo:)` asks of one: a row for each that has a history.
    ///
    /// Without a join, for which the server would guess wrongly: right after the first rollout it has no statistics of the
    /// history.
    static func digests(of schemas: [String], upTo version: Version, versionTable: String) -> PipelineStatement {
        PipelineStatement(
            """
            SELECT target_schema, coalesce(min(came_from), -1), bool_or(came_from IS NULL), \
            md5(string_agg(DISTINCT lpad(version::text, 19, '0'), ',')) \
            FROM (SELECT target_schema, version, came_from, direction, finished_at, \
            max(finished_at) FILTER (WHERE direction = 'down') OVER (PARTITION BY target_schema, version) AS back \
            FROM pgfleet.history WHERE target_schema = ANY ($1::text[]) AND version_table = $3 AND error IS NULL) AS good \
            WHERE direction = 'up' AND (back IS NULL OR back < finished_at) AND version <= $2::bigint GROUP BY target_schema
            """,
            [
                Parameter(schemas.arrayLiteral as String?), Parameter("\(version)" as String?),
                Parameter(versionTable as String?),
            ], joinsPrevious: true)
    }
}

extension AppliedDigest {
    /// The versions above one and up to another.
    struct Span: Hashable {
        /// Nil for all up to the end.
        let start: Version?
        let end: Version

        func among(_ versions: [Version]) -> [Version] {
            versions.filter { version in version <= end && start.map { version > $0 } ?? true }
        }
    }
}
