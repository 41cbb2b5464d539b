public import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// Records a version as clean without running anything, whatever was recorded before; `nil` for "nothing is applied".
    ///
    /// For an operator who has repaired a dirty target by hand. The version is not compared with any files.
    /// - Returns: the state as it was read afterwards.
    /// - Throws: when it was not recorded; the version table is as before then, unless the failure says otherwise.
    public func force(
        _ version: Version?
    ) async throws(TargetFailure) -> VersionState {
        let locks = try await lock(for: options.rules.lockWait, running: ownSettings)
        prepareRecords(locks)
        // What nobody made before is not made for a word alone.
        let records = recordsAreMissing ? nil : self.records
        let here = locks.here
        // What the rows were is no matter: two of them, for example, are what this is a way out of. But another tool's
        // table is never emptied.
        if case .failed(let error) = locks.answer, error.sqlState == .undefinedColumn {
            await finishing { await self.unlock(here) }
            throw texts.unreadable(.notATableOfVersions, table: here.table)
        }
        let wanted = VersionState(version: version)
        let statements =
            ["BEGIN", here.table.creation] + here.table.recording(wanted)
            + (records?.forgetting ?? []) + (records?.history(ofForcing: version) ?? []) + ["COMMIT"]
        var refusal: TargetFailure?
        do throws(PostgresError) {
            _ = try await connection.run(statements.joined(separator: ";"), timeout: options.recoveryLimit)
        } catch {
            await rollBack()
            refusal = TargetFailure(error)
        }
        let found = await finishing { await self.release(here) }
        if var refusal {
            refusal.consequence = texts.standing(try? found.get())
            throw refusal
        }
        return try found.get()
    }
}
