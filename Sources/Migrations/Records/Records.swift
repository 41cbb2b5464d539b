internal import FleetModel
internal import Postgres

/// What is written into pgfleet's own tables for one target, and by whom.
struct Records: Sendable, Hashable {
    /// The version table, which names the target among those of its database.
    let schema: String
    let versionTable: String
    let origin: RunOrigin
    let keepsHistory: Bool
    let keepsProgress: Bool

    /// How a step ended, as the history tells it.
    enum Ending: Sendable, Hashable {
        /// Well; so many seconds before now it began, or with the transaction that it is.
        case well(statements: Int, seconds: Double?)
        /// With an error, after so many statements that lasted.
        case failed(TargetFailure, statements: Int?, seconds: Double)
    }

    /// The statement that adds a step to the history; none where it is not kept.
    func history(of step: MigrationStep, _ ending: Ending) -> [String] {
        guard keepsHistory else { return [] }
        let began: String
        let statements: Int?
        var failure: TargetFailure?
        switch ending {
        case .well(let count, let seconds):
            began = seconds.map(Self.ago) ?? "now()"
            statements = count
        case .failed(let why, let count, let seconds):
            began = Self.ago(seconds)
            statements = count
            failure = why
        }
        return insertion(
            version: step.version, cameFrom: step.from, direction: step.direction.rawValue, title: step.title,
            checksum: step.checksum,
            began: began, statements: statements, failure: failure)
    }

    /// The statement that records that someone said which version it is, and why.
    func history(ofForcing version: Version?, because reason: String? = nil) -> [String] {
        guard keepsHistory else { return [] }
        return insertion(
            version: version, cameFrom: nil, direction: "force", title: reason, checksum: nil, began: "now()",
            statements: nil,
            failure: nil)
    }

    private func insertion(
        version: Version?, cameFrom: Version?, direction: String, title: String?, checksum: String?, began: String,
        statements: Int?,
        failure: TargetFailure?
    ) -> [String] {
        let values = [
            quotedLiteral(schema), quotedLiteral(versionTable), Self.literal(version), Self.literal(cameFrom),
            quotedLiteral(direction),
            Self.literal(title), Self.literal(checksum), began, "clock_timestamp()", Self.literal(statements),
            Self.literal(origin.rollout?.rawValue), Self.literal(origin.operatorName), quotedLiteral(Tool.version),
            Self.literal(failure?.sqlState), Self.literal((failure?.message).map { String($0.prefix(2000)) }),
        ]
        return [
            "INSERT INTO pgfleet.history (target_schema, version_table, version, came_from, direction, title, checksum, "
                + "started_at, finished_at, statements, rollout, operator, tool_version, sqlstate, error) VALUES ("
                + values.joined(separator: ", ") + ")"
        ]
    }

    /// The statements that begin the progress of a step; none where it is not kept.
    ///
    /// - Parameter isExact: whether it can be written after each statement.
    func beginning(_ step: MigrationStep, statements: Int, isExact: Bool) -> [String] {
        guard keepsProgress else { return [] }
        let values = [
            quotedLiteral(schema), quotedLiteral(versionTable), Self.literal(step.version),
            quotedLiteral(step.direction.rawValue), Self.literal(step.to), Self.literal(step.checksum),
            String(statements), isExact ? "0" : "NULL", isExact ? "0" : "NULL",
            Self.literal(origin.rollout?.rawValue), Self.literal(origin.operatorName), quotedLiteral(Tool.version),
            "pg_backend_pid()", "(SELECT backend_start FROM pg_stat_get_activity(pg_backend_pid()))", "now()", "now()",
        ]
        return forgetting + [
            "INSERT INTO pgfleet.progress (target_schema, version_table, version, direction, leads_to, checksum, "
                + "statements, begun, done, rollout, operator, tool_version, backend_pid, backend_start, started_at, "
                + "changed_at) VALUES (" + values.joined(separator: ", ") + ")"
        ]
    }

    /// The statement that says that a statement (from 1) is about to be sent.
    func begun(_ statement: Int) -> PipelineStatement { update("begun", statement) }

    /// The statement that says that a statement (from 1) and all before it have ended.
    func done(_ statement: Int) -> PipelineStatement { update("done", statement) }

    private func update(_ column: String, _ statement: Int) -> PipelineStatement {
        PipelineStatement(
            "UPDATE pgfleet.progress SET \(column) = $1, changed_at = clock_timestamp() \(condition)",
            [Parameter(statement as Int?)], joinsPrevious: column == "done")
    }

    /// The steps up that count: a version that was taken back later is not applied by them.
    private var applied: String {
        """
        WITH good AS MATERIALIZED (SELECT version, came_from, direction, finished_at FROM pgfleet.history \(condition) \
        AND error IS NULL), back AS (SELECT version, max(finished_at) AS at FROM good WHERE direction = 'down' \
        GROUP BY version), applied AS MATERIALIZED (SELECT g.version, g.came_from FROM good g LEFT JOIN back b \
        ON b.version = g.version WHERE g.direction = 'up' AND (b.at IS NULL OR b.at < g.finished_at))
        """
    }

    /// Asks for the version from which on the history is known, and a digest of the versions applied since, up to one: a few
    /// bytes that tell whether a look at each of them is worth its while.
    func digest(upTo version: Version) -> PipelineStatement {
        PipelineStatement(
            """
            \(applied) SELECT coalesce(min(came_from), -1), bool_or(came_from IS NULL), \
            md5(string_agg(DISTINCT lpad(version::text, 19, '0'), ',')) FROM applied WHERE version <= $1::bigint
            """, [Parameter("\(version)" as String?)])
    }

    /// Asks which of some versions lie between two that one step led over, so that they were never applied: their files
    /// were added later. A version that was applied afterwards, and not taken back since, is not among them.
    func passedOver(among versions: [Version]) -> PipelineStatement {
        PipelineStatement(
            """
            \(applied) SELECT v FROM unnest($1::bigint[]) v WHERE EXISTS (SELECT FROM applied \
            WHERE coalesce(came_from, -1) < v AND version > v) \
            AND v NOT IN (SELECT version FROM applied) ORDER BY v
            """,
            [Parameter("{" + versions.map { "\($0)" }.joined(separator: ",") + "}" as String?)])
    }

    /// Asks which versions were last applied from another file than these have.
    func differing(from migrations: some Sequence<Migration>) -> PipelineStatement {
        PipelineStatement(
            """
            SELECT version FROM (SELECT DISTINCT ON (version) version, direction, checksum FROM pgfleet.history \
            \(condition) AND error IS NULL AND direction IN ('up', 'down') ORDER BY version, finished_at DESC) AS latest \
            JOIN unnest($1::bigint[], $2::text[]) AS file (version, checksum) USING (version) \
            WHERE latest.direction = 'up' AND latest.checksum IS DISTINCT FROM file.checksum ORDER BY version
            """, FileSums(migrations).parameters)
    }

    /// The statement that ends the progress, whether the step ended or someone said what is true.
    var forgetting: [String] { keepsProgress ? ["DELETE FROM pgfleet.progress \(condition)"] : [] }

    /// The statement that says that the numbers of the progress count no more; the row stays as the mark that it may be.
    var disowning: [String] {
        keepsProgress
            ? ["UPDATE pgfleet.progress SET begun = NULL, done = NULL, changed_at = clock_timestamp() \(condition)"]
            : []
    }

    /// Reads the progress: no row when no migration is on its way, statement by statement.
    var reading: PipelineStatement {
        PipelineStatement(
            "SELECT version, direction, statements, begun, done, checksum, changed_at, leads_to, EXISTS (SELECT FROM "
                + "pg_stat_activity a WHERE a.pid = backend_pid AND a.backend_start = p.backend_start) "
                + "FROM pgfleet.progress p \(condition)")
    }

    /// As `reading`, and besides the last step of the history if it failed after statements of it had lasted, without the
    /// numbers of its statements.
    var readingFailures: PipelineStatement {
        PipelineStatement(
            reading.sql
                + " UNION ALL SELECT version, direction, NULL, NULL, NULL, checksum, finished_at, NULL, false "
                + "FROM (SELECT * FROM pgfleet.history \(condition) AND (error IS NULL OR statements > 0) "
                + "ORDER BY finished_at DESC LIMIT 1) AS latest WHERE error IS NOT NULL")
    }

    private var condition: String {
        "WHERE target_schema = \(quotedLiteral(schema)) AND version_table = \(quotedLiteral(versionTable))"
    }

    private static func ago(_ seconds: Double) -> String {
        "clock_timestamp() - make_interval(secs => \(max(0, seconds)))"
    }

    private static func literal(_ text: String?) -> String { text.map(quotedLiteral) ?? "NULL" }
    private static func literal(_ number: (some CustomStringConvertible)?) -> String {
        number.map { "\($0)" } ?? "NULL"
    }
}

extension StatementProgress {
    /// Reads a row of `Records.reading`.
    init?(_ row: Row) {
        guard let version = row[0].flatMap({ Version(text: $0) }), let direction = row[1].flatMap(Direction.init),
            let statements = row[2].flatMap({ Int($0) })
        else { return nil }
        self.init(
            version: version, direction: direction, leadsTo: row[7].flatMap { Version(text: $0) },
            statements: statements, begun: row[3].flatMap { Int($0) },
            done: row[4].flatMap { Int($0) }, checksum: row[5], changedAt: row[6] ?? "", isAtWork: row[8] == "t")
    }
}
