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

    /// Asks of many schemas on one version at once what `differing(from:)` asks of one: a row for each schema and version.
    static func differing(
        _ schemas: [String], from migrations: some Sequence<Migration>, versionTable: String
    ) -> PipelineStatement {
        let files = FileSums(migrations)
        return PipelineStatement(
            """
            SELECT target_schema, version FROM (SELECT DISTINCT ON (target_schema, version) target_schema, version, direction, \
            checksum FROM pgfleet.history WHERE target_schema = ANY ($3::text[]) AND version_table = $4 AND error IS NULL \
            AND direction IN ('up', 'down') ORDER BY target_schema, version, finished_at DESC) AS latest \
            JOIN unnest($1::bigint[], $2::text[]) AS file (version, checksum) USING (version) \
            WHERE latest.direction = 'up' AND latest.checksum IS DISTINCT FROM file.checksum ORDER BY target_schema, version
            """,
            files.parameters + [Parameter(schemas.arrayLiteral as String?), Parameter(versionTable as String?)],
            joinsPrevious: true)
    }

    /// The checksums of files, as two arrays.
    struct FileSums {
        let parameters: [Parameter]

        init(_ migrations: some Sequence<Migration>) {
            let files = migrations.map { ($0.version, $0.up?.checksum ?? "NULL") }
            parameters = [
                Parameter("{" + files.map { "\($0.0)" }.joined(separator: ",") + "}" as String?),
                Parameter("{" + files.map(\.1).joined(separator: ",") + "}" as String?),
            ]
        }
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
