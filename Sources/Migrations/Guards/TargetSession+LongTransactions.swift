internal import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// Asks whether any transaction of others has been open for long at all, which most times none has; nil where nobody
    /// wants to know. Travels with the statement that takes the locks, and costs the server next to nothing.
    var glanceAtLongTransactions: PipelineStatement? {
        let rule = options.rules.longTransactions
        guard rule.action != .ignore else { return nil }
        return PipelineStatement(
            "SELECT EXISTS (SELECT FROM pg_stat_get_activity(NULL) WHERE pid <> pg_backend_pid() "
                + "AND xact_start < clock_timestamp() - $1::interval)",
            [Parameter("\(rule.olderThan.seconds) s" as String?)])
    }

    /// Asks for transactions of others that have been open for long and hold locks on the tables which a route's files
    /// touch; nil where the files name no table.
    private func questionForLongTransactions(before route: Route, in set: MigrationSet) -> PipelineStatement? {
        let rule = options.rules.longTransactions
        let tables: Set<RelationName> = route.steps.reduce(into: []) { tables, step in
            tables.formUnion((try? set.file(for: step)?.script())?.lockedRelations ?? [])
        }
        guard !tables.isEmpty else { return nil }
        let names = tables.map { [$0.schema, $0.name].compactMap { $0.map(quotedIdentifier) }.joined(separator: ".") }
        return PipelineStatement(
            """
            SELECT DISTINCT a.pid, a.application_name, a.usename, a.state, \
            extract(epoch FROM clock_timestamp() - a.xact_start), left(a.query, 400) \
            FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid AND l.granted AND l.locktype = 'relation' \
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
            AND l.relation IN (SELECT to_regclass(n) FROM unnest($1::text[]) n) \
            WHERE a.pid <> pg_backend_pid() AND a.xact_start < clock_timestamp() - $2::interval ORDER BY 5 DESC
            """,
            [Parameter(names.sorted().arrayLiteral as String?), Parameter("\(rule.olderThan.seconds) s" as String?)])
    }

    /// Shows long transactions, waits for their end, or refuses to begin, as the inventory says.
    /// - Throws: `.busy`, or `.deferred` when they have not ended in the time for locks; nothing was changed.
    func meetLongTransactions(
        _ glance: PipelineOutcome?, before route: Route, in set: MigrationSet, _ run: RunOptions
    ) async throws(TargetFailure) {
        guard case .completed(let result)? = glance, result.firstValue == "t",
            let question = questionForLongTransactions(before: route, in: set)
        else { return }
        var found = try await longTransactions(question)
        guard !found.isEmpty else { return }
        switch options.rules.longTransactions.action {
        case .ignore: return
        case .show: await run.onNotice(.longTransactions(found, isWaitedFor: false))
        case .refuse: throw busy(found, .busy, "and the inventory says to refuse then")
        case .wait:
            await run.onNotice(.longTransactions(found, isWaitedFor: true))
            let end = ContinuousClock.now + options.rules.lockRetry.budget
            while !found.isEmpty {
                guard ContinuousClock.now < end,
                    await waits(.milliseconds(500), unless: { run.shouldStop() || run.shouldGiveUp() })
                else {
                    throw busy(
                        found, run.shouldStop() || Task.isCancelled ? .cancelled : .deferred, "and they did not end")
                }
                found = try await longTransactions(question)
            }
        }
    }

    private func longTransactions(_ question: PipelineStatement) async throws(TargetFailure) -> [OtherSession] {
        do throws(PostgresError) {
            return try await connection.query(
                question.sql, question.parameters, timeout: options.recoveryLimit
            ).rows.compactMap { OtherSession(open: $0) }
        } catch {
            throw unchanged(error)
        }
    }

    private func busy(_ found: [OtherSession], _ kind: TargetFailure.Kind, _ why: String) -> TargetFailure {
        TargetFailure(
            kind: kind,
            message:
                "\(TargetNotice.longTransactions(found, isWaitedFor: false).description.capitalizedFirst) (\(why))",
            consequence: texts.nothingChanged,
            remedy: "Let them end, or end their sessions; then run this again")
    }
}

extension OtherSession {
    fileprivate init?(open row: Row) {
        guard let process = row[0].flatMap({ Int32($0) }) else { return nil }
        self.init(process: process, application: row[1], user: row[2], state: row[3], age: row[4], query: row[5])
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
