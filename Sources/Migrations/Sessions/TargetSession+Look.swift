public import FleetModel
internal import Postgres
internal import SQL

/// Where a session stands: what only the server can tell, and what does not change while the session lasts.
struct Orientation: Sendable, Hashable {
    let table: VersionTable
    let database: String
    let backendPID: Int32
    /// When the server process began, in seconds since 1970: with the process number it names one session for good. Not
    /// as the server writes times, which it may read differently (`DateStyle`, a time zone's ambiguous short name).
    let backendStart: String
    /// The server's `max_connections`.
    let serverConnections: Int?
    /// How pgfleet's own tables stand; nil where none is kept.
    var records: RecordTables.Standing?
    /// Why nothing can be written here; nil where it can.
    let readOnly: String?

    /// The condition that a row about a server process is about the one that began at `$2`.
    static let isBackend = "extract(epoch FROM backend_start) = $2::numeric"

    /// The locks under which the target's tool changes it.
    var locks: [LockID] { table.locks(database: database) }
}

extension TargetSession {
    /// How many connections the server takes in all, its `max_connections`; known after the first look.
    public var serverConnections: Int? { orientation?.serverConnections }

    /// Reads the version without a lock: one round trip, nothing is changed or created.
    ///
    /// A missing version table means that nothing is applied.
    /// - Throws: when it cannot be read.
    public func look() async throws(TargetFailure) -> VersionState { try await lookClosely().state }

    /// As `look()`, with all that the version table says.
    public func lookClosely() async throws(TargetFailure) -> VersionRecord {
        let (here, answer) = try await orient()
        // The unqualified name may lead to another schema's table; then this schema has none.
        let record = if let answer { try record(from: answer, in: here.table) } else { VersionRecord.empty }
        return await marked(record, here)
    }

    /// Learns where the session stands, and what the version table answered, if there is one in its schema.
    func orient() async throws(TargetFailure) -> (here: Orientation, answer: PipelineOutcome?) {
        let row: Row?
        let ours: Rows
        let answer: PipelineOutcome
        do throws(PostgresError) {
            let outcomes = try await connection.pipeline(
                [ownSettings.localStatement] + questions, timeout: options.recoveryLimit)
            _ = try outcomes[0].result()
            row = try outcomes[1].result().rows.first
            ours = try outcomes[2].result().rows
            answer = outcomes[3]
        } catch {
            throw unchanged(error)
        }
        let here = try orientation(from: row)
        orientation = here
        sessionAtWork = try await atWork(ours, here)
        return (here, row?[4] == "t" ? answer : nil)
    }

    /// The session at work on the target, by what was answered; asked again where the target is not what it was taken for.
    private func atWork(_ rows: Rows, _ here: Orientation) async throws(TargetFailure) -> OtherSession? {
        guard let found = SessionsAtWork.session(in: rows, of: here.locks) else { return nil }
        if found.isHolder { return found.session }
        do throws(PostgresError) {
            let outcomes = try await connection.pipeline(
                [ownSettings.localStatement, question(about: here.table, in: here.database)],
                timeout: options.recoveryLimit)
            let again = SessionsAtWork.session(in: try outcomes[1].result().rows, of: here.locks)
            return again.flatMap { $0.isHolder ? $0.session : nil }
        } catch {
            throw unchanged(error)
        }
    }

    private func question(about table: VersionTable, in database: String) -> PipelineStatement {
        SessionsAtWork.question(about: table, in: database, schemaOfTable: options.rules.versionTableSchema)
    }

    /// The version table where the target most likely has it, before the server has told.
    private var likelyTable: VersionTable {
        let rules = options.rules
        return VersionTable(
            layout: rules.layout, schema: rules.versionTableSchema ?? target.schema ?? "public",
            name: rules.versionTable, takesOldLocks: rules.takesOldLocks)
    }

    /// In one group with the settings, which end with it: behind a pooler they would reach other clients.
    private var questions: [PipelineStatement] {
        let rules = options.rules
        let keepsRecords = rules.keepsHistory || rules.keepsProgress
        let reading =
            if let schema = rules.versionTableSchema {
                VersionTable(layout: rules.layout, schema: schema, name: rules.versionTable).reading
            } else {
                VersionTable.readingUnqualified(rules.layout, rules.versionTable)
            }
        return [
            PipelineStatement(
                """
                SELECT coalesce($2, current_schema()), current_database(), pg_backend_pid(), \
                (SELECT extract(epoch FROM backend_start) FROM pg_stat_get_activity(pg_backend_pid())), \
                to_regclass(quote_ident(coalesce($2, current_schema())) || '.' || quote_ident($1)) IS NOT NULL, \
                current_setting('max_connections'), pg_is_in_recovery(), current_setting('transaction_read_only'), \
                \(keepsRecords ? RecordTables.standing : "NULL")
                """,
                [Parameter(rules.versionTable as String?), Parameter(rules.versionTableSchema)], joinsPrevious: true),
            question(about: orientation?.table ?? likelyTable, in: orientation?.database ?? target.database),
            PipelineStatement(reading, joinsPrevious: true),
        ]
    }

    private func orientation(from row: Row?) throws(TargetFailure) -> Orientation {
        guard let row, let schema = row[0] else {
            throw TargetFailure(
                kind: .unknownDatabase,
                message: target.schema.map { "The schema \($0.harmless) does not exist, or the role may not use it" }
                    ?? "No schema of the search path exists, or the role may use none of them",
                consequence: texts.nothingChanged,
                remedy: target.schema.map { "Create it: CREATE SCHEMA \(quotedIdentifier($0).harmless)" }
                    ?? "Name a schema for this target in fleet.yaml")
        }
        // The version table would be looked for among pgfleet's own: nothing would seem to be applied.
        guard schema != RecordTables.schema else {
            throw TargetFailure(
                kind: .configuration,
                message:
                    "The session's schema is \(schema), which holds pgfleet's own tables: the role may have its name, and "
                    + "search_path begins with \"$user\"",
                consequence: texts.nothingChanged,
                remedy: "Name the target's schema in fleet.yaml, for example: schema: public")
        }
        return Orientation(
            table: VersionTable(
                layout: options.rules.layout, schema: schema, name: options.rules.versionTable,
                takesOldLocks: options.rules.takesOldLocks),
            database: row[1] ?? target.database,
            backendPID: row[2].flatMap { Int32($0) } ?? connection.backendPID, backendStart: row[3] ?? "",
            serverConnections: row[5].flatMap { Int($0) }, records: row[8].flatMap(RecordTables.Standing.init),
            readOnly: readOnly(isStandby: row[6] == "t", transactions: row[7] ?? "off"))
    }

    private func readOnly(isStandby: Bool, transactions: String) -> String? {
        if isStandby { return "The server is a standby, which takes no writes" }
        guard transactions == "on" else { return nil }
        return "The database takes no writes from this role (default_transaction_read_only is on)"
    }

    /// What the answer to `VersionTable.reading` says.
    func record(from outcome: PipelineOutcome, in table: VersionTable) throws(TargetFailure) -> VersionRecord {
        let rows: Rows
        switch outcome {
        case .completed(let result): rows = result.rows
        case .failed(let error) where error.sqlState == .undefinedTable: return .empty
        case .failed(let error) where error.sqlState == .undefinedColumn:
            throw texts.unreadable(.notATableOfVersions, table: table)
        case .failed(let error):
            var failure = TargetFailure(error)
            failure.consequence = texts.nothingChanged
            if failure.kind == .permissionDenied {
                failure.remedy = "Grant the role SELECT, INSERT and DELETE on the version table"
            }
            throw failure
        case .skipped:
            throw TargetFailure(kind: .sql, message: "The version table was not read")
        }
        do {
            return try table.record(in: rows)
        } catch {
            throw texts.unreadable(error, table: table)
        }
    }
}
