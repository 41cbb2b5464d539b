public import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// Records a version as clean without running anything, whatever was recorded before; `nil` for "nothing is applied".
    ///
    /// For an operator who has repaired a dirty target by hand. golang-migrate's table takes any version; those of the
    /// other tools have a row for each applied version, so they get one for every file up to it and lose the others.
    /// - Parameter reason: why, for the target's history, which is made for it where it is missing.
    /// - Returns: the state as it was read afterwards.
    /// - Throws: when it was not recorded; the version table is as before then, unless the failure says otherwise.
    public func force(
        _ version: Version?, among set: MigrationSet? = nil, because reason: String? = nil
    ) async throws(TargetFailure) -> VersionState {
        let files = try recordedFiles(upTo: version, among: set)
        let locks = try await lock(for: options.rules.lockWait, running: ownSettings, forSteps: reason != nil)
        let here = locks.here
        // What the rows were is no matter: two of them, for example, are what this is a way out of. But another tool's
        // table is never emptied.
        if case .failed(let error)? = locks.answers.first, error.sqlState == .undefinedColumn {
            await finishing { await self.unlock(here) }
            throw texts.unreadable(.notATableOfVersions, table: here.table)
        }
        if let version, let record = try? record(from: locks.answers, here),
            let baseline = record.baseline, version < baseline
        {
            await finishing { await self.unlock(here) }
            throw unsayable(version, "it lies below the baseline \(baseline), which the history keeps")
        }
        let statements =
            ["BEGIN"] + here.table.creation + here.table.forcing(version, among: files)
            + (records?.forgetting ?? []) + (records?.history(ofForcing: version, because: reason) ?? []) + ["COMMIT"]
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

    /// The files that have a row in the version table where the target is on a version; none where the tool keeps one row.
    func recordedFiles(upTo version: Version?, among set: MigrationSet?) throws(TargetFailure) -> [MigrationFile] {
        guard options.rules.layout != .golangMigrate, let version else { return [] }
        guard let set, set.migration(version) != nil else {
            throw unsayable(version, "no file has it, and the version table has a row for each file that is applied")
        }
        return set.migrations.compactMap { $0.up ?? $0.down }
    }

    private func unsayable(_ version: Version, _ why: String) -> TargetFailure {
        TargetFailure(
            kind: .unknownVersion, message: "Version \(version) cannot be recorded: \(why)",
            consequence: texts.nothingChanged, remedy: "Name one of the files' versions, or 'none'")
    }
}
