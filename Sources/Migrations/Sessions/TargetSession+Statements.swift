internal import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// Takes a step that cannot be one transaction, under the dirty mark.
    ///
    /// The mark is committed before the first statement and names the version that the step leads to, as golang-migrate
    /// records it. A failure leaves the mark, and what the statements before had committed; but for one that provably had
    /// no effect at all, at the first statement or before it, which takes the mark back.
    func takeStatementByStatement(_ script: Script, _ place: StepPlace) async throws(TargetFailure) {
        let table = place.table
        lastingStatements = 0
        let start = ContinuousClock.now
        let isExact = !script.mayLoseRights && !script.setsTransaction && script.directives.keepsProgress
        let progress = records?.beginning(place.step, statements: script.statements.count, isExact: isExact) ?? []
        let marking =
            ["BEGIN"] + (place.createsTable ? table.creation : []) + table.marking(place.recorded) + progress
            + ["COMMIT"]
        let preparing = place.settings.statements(local: false) + place.settings.assuming(local: false)
        do throws(PostgresError) {
            _ = try await connection.run(
                (marking + preparing).joined(separator: ";"), timeout: options.recoveryLimit)
        } catch {
            await rollBack()
            // The mark was committed, and no statement of the file was sent: its role may not be taken.
            if error.isConnectionUsable, error.completedStatements >= marking.count { _ = await unmark(place) }
            throw failure(error, .before, script, place)
        }
        for (index, statement) in script.statements.enumerated() {
            do throws(LoneFailure) {
                try await runAlone(index, of: script, place, telling: isExact)
            } catch {
                await rollBack()
                let found = failure(error, of: index, in: script, place) {
                    location(of: $0, index, statement, script)
                }
                if index == 0, error.isWithoutEffect, await unmark(place) {
                    throw error.locks?.tries.isRetrying == true && found.kind != .cancelled ? deferred(found) : found
                }
                await recordFailure(place, since: start)
                throw dirtied(found, index)
            }
        }
        guard await connection.transactionStatus == .idle else {
            await rollBack()
            await recordFailure(place, since: start)
            let last = script.statements.count - 1
            var failure = TargetFailure(
                kind: .sql, message: "The file begins a transaction and does not end it; it was rolled back",
                step: place.step)
            failure.place = TargetFailure.Place(
                file: place.file?.path ?? "", line: script.statements[last].place.line,
                column: script.statements[last].place.column, statement: last + 1, statements: last + 1,
                excerpt: script.statements[last].excerpt)
            throw dirtied(failure, last)
        }
        var done = place.recorded
        done.elapsed = ContinuousClock.now - start
        let clean =
            SessionSettings.ownIdentity + ["BEGIN"] + table.recording(done) + (records?.forgetting ?? [])
            + (records?.history(
                of: place.step,
                .well(statements: script.statements.count, seconds: (ContinuousClock.now - start).seconds)) ?? [])
            + ["COMMIT"] + SessionSettings.cleanup
        do throws(PostgresError) {
            _ = try await connection.run(clean.joined(separator: ";"), timeout: options.recoveryLimit)
        } catch {
            await rollBack()
            throw failure(error, .recording, script, place)
        }
    }

    /// Sends one statement, with what tells of it before and after: one round trip.
    ///
    /// A statement that can run in a transaction is one together with its progress; one that cannot commits first.
    func run(
        _ statement: String, number: Int, telling: Bool, as role: String?, timeout: Duration?
    ) async throws(StatementFailure) {
        let records = telling ? records.flatMap { $0.keepsProgress ? $0 : nil } : nil
        guard let records else {
            do throws(PostgresError) {
                _ = try await connection.pipeline([PipelineStatement(statement)], timeout: timeout).first?.result()
            } catch {
                throw StatementFailure(error: error)
            }
            if await connection.transactionStatus == .idle { lastingStatements = number }
            return
        }
        var before = [records.begun(number)]
        var after = [records.done(number)]
        if let role {
            // The progress is written as who logged in.
            let assuming = "SET ROLE \(quotedIdentifier(role))"
            before = [PipelineStatement("RESET ROLE")] + before + [PipelineStatement(assuming)]
            after =
                [PipelineStatement("RESET ROLE", joinsPrevious: true)] + after
                + [PipelineStatement(assuming, joinsPrevious: true)]
        }
        let outcomes: [PipelineOutcome]
        do throws(PostgresError) {
            outcomes = try await connection.pipeline(before + [PipelineStatement(statement)] + after, timeout: timeout)
            _ = try outcomes[before.count].result()
        } catch {
            throw StatementFailure(error: error)
        }
        do throws(PostgresError) {
            for outcome in outcomes[(before.count + 1)...] { _ = try outcome.result() }
        } catch {
            var failure = error
            failure.message = "The statement ran, and could not be committed with its progress: \(error.message)"
            throw StatementFailure(error: failure, ran: true)
        }
        if await connection.transactionStatus == .idle { lastingStatements = number }
    }

    /// Records the failure where the tool keeps a row for it. If that fails, too, what is read afterwards says so.
    private func recordFailure(_ place: StepPlace, since start: ContinuousClock.Instant) async {
        var failed = place.recorded
        failed.elapsed = ContinuousClock.now - start
        let statements = place.table.failing(failed)
        guard !statements.isEmpty else { return }
        let text = (SessionSettings.ownIdentity + ["BEGIN"] + statements + ["COMMIT"]).joined(separator: ";")
        await finishing { _ = try? await self.connection.run(text, timeout: self.options.recoveryLimit) }
    }

    /// The place in the file of an error in a statement that was sent by itself.
    private func location(
        of error: PostgresError, _ index: Int, _ statement: Statement, _ script: Script
    ) -> StepScript.Location {
        let before = script.text.utf8.prefix(statement.range.lowerBound)
        let characters = before.count { $0 & 0b1100_0000 != 0b1000_0000 }
        return .body(statement: index, character: error.position.map { characters + $0 })
    }

    /// Says how far the file got.
    private func dirtied(_ failure: TargetFailure, _ index: Int) -> TargetFailure {
        var failure = failure
        let lasting =
            switch lastingStatements {
            case 0: index == 0 ? "No statement of the file had ended before it" : "No statement of the file has lasted"
            case 1: "Statement 1 had ended before it"
            case let count: "Statements 1 to \(count) had ended before it"
            }
        let undone =
            lastingStatements == index || index == 0
            ? "" : "; what came after, in a transaction of the file, was undone"
        failure.message += ". \(lasting)\(undone)"
        return failure
    }
}
