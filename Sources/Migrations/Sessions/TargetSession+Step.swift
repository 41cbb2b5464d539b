internal import FleetModel
internal import Postgres
internal import SQL

/// One step to take, and all that taking it needs.
struct StepPlace: Sendable {
    let step: MigrationStep
    /// Nil where the version has no file for this direction: the version moves and nothing is run.
    let file: MigrationFile?
    let table: VersionTable
    let createsTable: Bool
    var settings: SessionSettings
    /// The target's, as far as the file does not ask for others.
    let rules: TargetRules
    /// How the route is run that the step is of.
    let run: RunOptions

    /// As the version table records it.
    var recorded: RecordedStep { RecordedStep(step: step, file: file) }
}

extension TargetSession {
    /// Takes one step.
    /// - Throws: with its place; an own transaction that was open is rolled back then.
    func take(_ place: StepPlace) async throws(TargetFailure) {
        let script: Script?
        do throws(SQLError) {
            script = try place.file?.runnableScript()
        } catch {
            throw TargetFailure(
                kind: .sql, message: "\(error.reason)", step: place.step,
                place: place.file.map {
                    TargetFailure.Place(file: $0.path, line: error.place.line, column: error.place.column)
                }, consequence: nil, remedy: "Correct the file, then make a new plan: " + texts.command("plan"))
        }
        if script?.mayMarkSession == true { mayBeMarked = true }
        if let script, place.file?.isTransactional(script) == false {
            try await takeStatementByStatement(script, place)
        } else {
            lastingStatements = 0
            try await takeAsOneTransaction(script, place)
        }
    }

    private func takeAsOneTransaction(_ script: Script?, _ place: StepPlace) async throws(TargetFailure) {
        let history = records?.history(
            of: place.step, .well(statements: script?.statements.count ?? 0, seconds: nil))
        let text = StepScript(script, place, history: history ?? [])
        do throws(PostgresError) {
            let patience = place.settings.patience(
                statements: text.longStatements(), slack: options.recoveryLimit)
            _ = try await connection.run(text.text, timeout: patience)
        } catch {
            await rollBack()
            let location = text.location(completed: error.completedStatements, position: error.position)
            // The step is done; only the session could not be cleaned, and it is not used for another step.
            if location == .committed, error.reason != .connectionLost { return await connection.close() }
            throw failure(error, location, script, place)
        }
    }

    /// Ends a transaction that is open, if there is a session in which one can be.
    func rollBack() async {
        await finishing {
            guard await self.connection.isOpen, await self.connection.transactionStatus != .idle else { return }
            _ = try? await self.connection.run("ROLLBACK", timeout: self.options.recoveryLimit)
        }
    }

    /// The failure with its place in the file.
    func failure(
        _ error: PostgresError, _ location: StepScript.Location, _ script: Script?, _ place: StepPlace
    ) -> TargetFailure {
        var failure = TargetFailure(error, step: place.step)
        switch location {
        case .before where !error.isConnectionUsable:
            // The server may have done more than it has told of.
            failure.message = "At a statement that is not known: \(failure.message)"
        case .before:
            failure.message = "Before the migration's first statement: \(failure.message)"
        case .recording where !error.isConnectionUsable, .committed where !error.isConnectionUsable:
            failure.message = "Its statements ran; while its version was recorded: \(failure.message)"
        case .recording, .committed:
            failure.message = "Its statements ran, but its version could not be recorded: \(failure.message)"
        case .body(let statement, let character):
            failure.place = self.place(statement: statement, character: character, script, place)
        }
        failure.remedy = remedy(for: failure, place.step)
        return failure
    }

    func place(
        statement index: Int?, character: Int?, _ script: Script?, _ place: StepPlace
    ) -> TargetFailure.Place? {
        guard let script, let file = place.file else { return nil }
        let statement = index.flatMap { script.statements.indices.contains($0) ? script.statements[$0] : nil }
        let start = character.map(script.place(ofCharacter:)) ?? statement?.place ?? .start
        return TargetFailure.Place(
            file: file.path, line: start.line, column: start.column, statement: index.map { $0 + 1 },
            statements: script.refusal == nil ? script.statements.count : nil, excerpt: statement?.excerpt)
    }

    private func remedy(for failure: TargetFailure, _ step: MigrationStep) -> String {
        switch failure.kind {
        case .lockTimeout:
            "Something else holds a lock on the table. Run it again when it is quieter: "
                + texts.retry(step.to)
        case .timedOut:
            "Raise timeouts.statement in fleet.yaml if it needs longer, then: "
                + texts.retry(step.to)
        case .permissionDenied:
            "Grant the role what it lacks (CREATE on the schema, or ownership of the table), then: "
                + texts.retry(step.to)
        case .connectionLost, .cancelled:
            "Look where it stands: " + texts.command("status")
        default:
            "Correct the file or the data, then: " + texts.retry(step.to)
        }
    }
}
