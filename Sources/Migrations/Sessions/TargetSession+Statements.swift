internal import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// Takes a step that cannot be one transaction, under the dirty mark.
    ///
    /// The mark is committed before the first statement and names the version that the step leads to, as golang-migrate
    /// records it. A failure leaves the mark, and what the statements before had committed.
    func takeStatementByStatement(_ script: Script, _ place: StepPlace) async throws(TargetFailure) {
        let table = place.table
        let dirty = VersionState(version: place.step.to, isDirty: true)
        let marking =
            ["BEGIN"] + (place.createsTable ? [table.creation] : []) + table.recording(dirty) + ["COMMIT"]
            + place.settings.statements(local: false)
        do throws(PostgresError) {
            _ = try await connection.run(marking.joined(separator: ";"), timeout: options.recoveryLimit)
        } catch {
            await rollBack()
            throw failure(error, .before, script, place)
        }
        for (index, statement) in script.statements.enumerated() {
            do throws(PostgresError) {
                _ = try await connection.run(
                    String(script.text(of: statement)),
                    timeout: place.settings.patience(statements: 1, slack: options.recoveryLimit))
            } catch {
                await rollBack()
                throw dirtied(
                    failure(error, location(of: error, index, statement, script), script, place), index, place)
            }
        }
        guard await connection.transactionStatus == .idle else {
            await rollBack()
            let last = script.statements.count - 1
            var failure = TargetFailure(
                kind: .sql, message: "The file begins a transaction and does not end it; it was rolled back",
                step: place.step)
            failure.place = TargetFailure.Place(
                file: place.file?.path ?? "", line: script.statements[last].place.line,
                column: script.statements[last].place.column, statement: last + 1, statements: last + 1,
                excerpt: script.statements[last].excerpt)
            throw dirtied(failure, last, place)
        }
        let clean =
            SessionSettings.ownIdentity + ["BEGIN"] + table.recording(VersionState(version: place.step.to)) + ["COMMIT"]
            + SessionSettings.cleanup
        do throws(PostgresError) {
            _ = try await connection.run(clean.joined(separator: ";"), timeout: options.recoveryLimit)
        } catch {
            await rollBack()
            throw failure(error, .recording, script, place)
        }
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
    private func dirtied(_ failure: TargetFailure, _ index: Int, _ place: StepPlace) -> TargetFailure {
        var failure = failure
        let done =
            switch index {
            case 0: "No statement of the file had ended before it"
            case 1: "Statement 1 had ended before it"
            default: "Statements 1 to \(index) had ended before it"
            }
        failure.message += ". \(done)"
        return failure
    }
}
