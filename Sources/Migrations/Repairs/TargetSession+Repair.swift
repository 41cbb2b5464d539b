package import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// Carries out a repair under the migration locks, and records the version clean when its schema is proven.
    ///
    /// Where the statements are one transaction, they are committed together with the version, or not at all. Where they
    /// cannot be, the target stays dirty until the end, and its progress tells how far they got.
    /// - Parameter prove: looks at the schema, on this session; throws where it is not what it has to be.
    /// - Returns: the state as it was read afterwards.
    /// - Throws: why not. The version table is as before then.
    package func carryOut(
        _ repair: Repair, among set: MigrationSet?,
        prove: @Sendable (RepairMoment) async throws(TargetFailure) -> Void
    ) async throws(TargetFailure) -> VersionState {
        let locks = try await lock(for: options.rules.lockWait, running: ownSettings)
        var refusal: TargetFailure?
        do throws(TargetFailure) {
            let files = try recordedFiles(upTo: repair.version, among: set)
            let record = try record(from: locks.answers, locks.here)
            guard record.state == repair.found, await progress() == repair.progress else {
                throw texts.changedSince(record.state, repair.found)
            }
            try await prove(.before)
            try await perform(repair, files, locks.here, prove)
        } catch {
            await rollBack()
            refusal = error
        }
        let found = await finishing { await self.release(locks.here) }
        guard var refusal else { return try found.get() }
        if refusal.consequence == nil { refusal.consequence = texts.standing(try? found.get()) }
        throw refusal
    }

    private func perform(
        _ repair: Repair, _ files: [MigrationFile], _ here: Orientation,
        _ prove: (RepairMoment) async throws(TargetFailure) -> Void
    ) async throws(TargetFailure) {
        var settings = SessionSettings(options.rules, schema: target.schema)
        settings.role = options.rules.role
        settings.applicationName = "\(options.applicationName)/recover"
        if repair.isOneTransaction {
            try await send(["BEGIN"] + settings.statements(local: true) + settings.assuming(local: true))
            for statement in repair.statements { try await send([statement.text], settings) }
            try await send(SessionSettings.ownIdentity)
            try await prove(.inTransaction)
            try await send(recording(repair, files, here) + ["COMMIT"] + SessionSettings.cleanup)
        } else {
            // What is undone is no progress of the file any more; the row stays, as it may be the only mark.
            let keepsNumbers = repair.finishes != nil
            if !keepsNumbers { try await send(records?.disowning ?? []) }
            try await send(settings.statements(local: false) + settings.assuming(local: false))
            for statement in repair.statements {
                let telling = keepsNumbers && statement.number != nil
                do throws(StatementFailure) {
                    try await run(
                        statement.text, number: statement.number ?? 0, telling: telling, as: settings.role,
                        timeout: settings.patience(statements: 1, slack: options.recoveryLimit))
                } catch {
                    throw failure(of: statement.text, error.error)
                }
            }
            try await send(SessionSettings.cleanup + ["BEGIN"] + ownSettings.statements(local: true))
            try await prove(.inTransaction)
            try await send(recording(repair, files, here) + ["COMMIT"] + SessionSettings.cleanup)
        }
    }

    private func recording(_ repair: Repair, _ files: [MigrationFile], _ here: Orientation) -> [String] {
        let step = repair.finishes.map {
            records?.history(of: $0, .well(statements: repair.statements.count, seconds: nil)) ?? []
        }
        return here.table.creation + here.table.forcing(repair.version, among: files) + (records?.forgetting ?? [])
            + (step ?? []) + (records?.history(ofForcing: repair.version, because: repair.reason) ?? [])
    }

    private func send(_ statements: [String], _ settings: SessionSettings? = nil) async throws(TargetFailure) {
        guard !statements.isEmpty else { return }
        do throws(PostgresError) {
            let patience = settings.map { $0.patience(statements: 1, slack: options.recoveryLimit) }
            _ = try await connection.run(
                statements.joined(separator: ";"), timeout: patience ?? options.recoveryLimit)
        } catch {
            throw failure(of: statements[0], error)
        }
    }

    private func failure(of statement: String, _ error: PostgresError) -> TargetFailure {
        var failure = TargetFailure(error)
        failure.message = "\(QueryExcerpt.make(statement)): \(failure.message)"
        failure.remedy = "Look again, as what can be done may be something else now: " + texts.command("recover")
        return failure
    }
}
