internal import FleetModel
internal import Postgres
internal import SQL

extension TargetSession {
    /// Runs one statement of a step that is not one transaction; when others' locks stood in its way, runs it again
    /// after a pause, as far as that is safe.
    ///
    /// A statement outside of a transaction that failed on a lock had no effect, but for what builds or drops
    /// concurrently: the invalid index that is left is dropped before the next try, and after the last, if the inventory
    /// allows it. An index that was there before the statement is never dropped. `lock_timeout` does not climb here:
    /// what runs outside of a transaction makes few others wait.
    ///
    /// - Parameter telling: whether the progress on the target is written.
    func runAlone(
        _ index: Int, of script: Script, _ place: StepPlace, telling: Bool
    ) async throws(LoneFailure) {
        let statement = script.statements[index]
        let text = String(script.text(of: statement))
        let isAlone = await connection.transactionStatus == .idle
        let isRepeatable = isAlone && statement.kind.isSafeToRunAgain
        let building = isAlone ? statement.index : nil
        let build = try await openBuild(of: building)
        let watch = lockWatch()
        var random = SystemRandomNumberGenerator()
        var tries = LockTries(place.rules)
        var leftovers: Set<InvalidIndex> = []
        while true {
            _ = tries.begin()
            openBuild = build
            let stop = await attempt(dropping: leftovers, watchedBy: watch, place) { () throws(StatementFailure) in
                try await self.run(
                    text, number: index + 1, telling: telling, as: place.settings.role,
                    timeout: place.settings.patience(statements: 1, slack: self.options.recoveryLimit))
            }
            guard let stop else {
                openBuild = nil
                return try await refuseInvalid(building)
            }
            let found = await lookForLeftovers(of: build, orElse: leftovers)
            leftovers = found.indexes
            let error = stop.error
            let sight = watch?.seen
            var failure = LoneFailure(cause: .server(error), leftovers: leftovers)
            if error.sqlState == .duplicateTable, let invalid = build?.known.first {
                failure = LoneFailure(cause: .existsInvalid(invalid, said: error), leftovers: leftovers)
            }
            // Its effect lasts, and only the progress could not be written.
            guard !stop.ran || statement.runsInTransaction else { throw failure }
            failure.isWithoutEffect =
                isRepeatable && found.isCertain && leftovers.isEmpty && error.comesBeforeAnyWork
            guard TargetFailure(error).ofLocks(sight) != nil else { throw failure }
            failure.locks = LoneFailure.Locks(tries: tries, sight: sight, wasStopped: false)
            guard isRepeatable, leftovers.isEmpty || options.rules.rebuildsInvalidIndexes else { throw failure }
            guard let pause = tries.pause(after: sight?.harm ?? 0, using: &random) else {
                throw await cleanedUp(failure)
            }
            guard await waits(pause, unless: { place.run.shouldStop() || place.run.shouldGiveUp() }) else {
                let wasStopped = place.run.shouldStop() || Task.isCancelled
                failure.locks = LoneFailure.Locks(tries: tries, sight: sight, wasStopped: wasStopped)
                throw await cleanedUp(failure)
            }
        }
    }

    /// One try. Nothing of another try is left before it.
    private func attempt(
        dropping leftovers: Set<InvalidIndex>, watchedBy watch: LockWatch?, _ place: StepPlace,
        _ statement: () async throws(StatementFailure) -> Void
    ) async -> StatementFailure? {
        async let _ = watch?.run(over: place.settings.lockTimeout)
        do throws(PostgresError) {
            try await drop(leftovers)
        } catch {
            return StatementFailure(error: error)
        }
        do throws(StatementFailure) {
            try await statement()
            return nil
        } catch {
            return error
        }
    }

    /// What a concurrent build left, and whether that is certain; it is looked for again at the end of the run where the
    /// connection broke.
    private func lookForLeftovers(
        of build: ConcurrentBuild?, orElse before: Set<InvalidIndex>
    ) async -> (indexes: Set<InvalidIndex>, isCertain: Bool) {
        guard let build else { return (before, true) }
        guard let found = await finishing({ try? await self.leftovers(of: build) }) else { return (before, false) }
        openBuild = nil
        return (found, true)
    }

    /// What was there before the statement is not its leftover.
    private func openBuild(of statement: IndexStatement?) async throws(LoneFailure) -> ConcurrentBuild? {
        guard let statement, statement.isConcurrent else { return nil }
        do throws(PostgresError) {
            return try await survey(before: statement)
        } catch {
            throw LoneFailure(cause: .server(error), isWithoutEffect: true)
        }
    }

    /// IF NOT EXISTS finds the name and does not look whether the index is of use.
    private func refuseInvalid(_ statement: IndexStatement?) async throws(LoneFailure) {
        guard let statement, statement.skipsExisting else { return }
        let found: Set<InvalidIndex>
        do throws(PostgresError) {
            found = try await invalidIndexes(of: ConcurrentBuild(statement: statement)).indexes
        } catch {
            throw LoneFailure(cause: .server(error))
        }
        if let invalid = found.first {
            throw LoneFailure(cause: .existsInvalid(invalid, said: nil), isWithoutEffect: true)
        }
    }

    /// After the last try: what it left is dropped if that is to be had at all; then nothing was changed.
    private func cleanedUp(_ failure: LoneFailure) async -> LoneFailure {
        var failure = failure
        let leftovers = failure.leftovers
        let isClean = await finishing {
            do throws(PostgresError) {
                try await self.drop(leftovers)
                return true
            } catch {
                return false
            }
        }
        if isClean { failure.leftovers = [] }
        failure.isWithoutEffect = isClean
        return failure
    }
}

extension PostgresError {
    /// Whether PostgreSQL raises it while it looks at a statement, before it does any of it: a table that is missing, a
    /// name that is taken, a right that is lacking, what it does not support (classes 42, 3F and 0A).
    ///
    /// Not so where a function or a trigger raised it, which may be called in the middle of the work: those tell of
    /// themselves as the error's context.
    /// - Source: PostgreSQL manual, "PostgreSQL Error Codes"; `DefineIndex` and `ReindexIndex`, whose first transaction
    ///   checks all of this and is undone with it.
    var comesBeforeAnyWork: Bool {
        guard reason == .server, isConnectionUsable, context == nil, internalQuery == nil else { return false }
        return ["42", "3F", "0A"].contains(sqlState?.errorClass)
    }
}

extension StatementKind {
    /// Whether a statement outside of a transaction block that failed on a lock can simply be run again: it was undone, or
    /// what it left is an invalid index.
    ///
    /// Not so a procedure that may have committed before, what works on another server, and DETACH PARTITION
    /// CONCURRENTLY, which must be finalized.
    var isSafeToRunAgain: Bool {
        switch self {
        case .alterTable(let detachesConcurrently): !detachesConcurrently
        case .reindex(let concurrently, let whole): !concurrently || !whole
        case .call, .anonymousBlock, .transaction, .set, .discard, .createDatabase, .dropDatabase, .alterDatabase,
            .createTablespace, .dropTablespace, .alterSystem, .createSubscription, .alterSubscription,
            .dropSubscription:
            false
        case .select, .insert, .update, .delete, .merge, .copy, .truncate, .createTable, .createTableAs, .createIndex,
            .drop, .vacuum, .analyze, .cluster, .alterTypeAddValue, .createFunction, .createView, .other:
            true
        }
    }
}
