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
        let known = try await invalidIndexes(before: building)
        let watch = lockWatch()
        var random = SystemRandomNumberGenerator()
        var tries = LockTries(place.rules)
        var leftovers: Set<InvalidIndex> = []
        while true {
            _ = tries.begin()
            let error = await attempt(dropping: leftovers, watchedBy: watch, place) { () throws(PostgresError) in
                try await self.run(
                    text, number: index + 1, telling: telling, as: place.settings.role,
                    timeout: place.settings.patience(statements: 1, slack: self.options.recoveryLimit))
            }
            guard let error else {
                return try await refuseInvalid(building)
            }
            if let building, building.isConcurrent {
                let before = leftovers
                leftovers = await finishing {
                    (try? await self.invalidIndexes(of: building).subtracting(known)) ?? before
                }
            }
            let sight = watch?.seen
            var failure = LoneFailure(cause: .server(error), leftovers: leftovers)
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
        _ statement: () async throws(PostgresError) -> Void
    ) async -> PostgresError? {
        async let _ = watch?.run(over: place.settings.lockTimeout)
        do throws(PostgresError) {
            try await drop(leftovers)
            try await statement()
            return nil
        } catch {
            return error
        }
    }

    /// What was there before the statement is not its leftover.
    private func invalidIndexes(before statement: IndexStatement?) async throws(LoneFailure) -> Set<InvalidIndex> {
        guard let statement, statement.isConcurrent else { return [] }
        do throws(PostgresError) {
            return try await invalidIndexes(of: statement)
        } catch {
            throw LoneFailure(cause: .server(error), isWithoutEffect: true)
        }
    }

    /// IF NOT EXISTS finds the name and does not look whether the index is of use.
    private func refuseInvalid(_ statement: IndexStatement?) async throws(LoneFailure) {
        guard let statement, statement.skipsExisting else { return }
        let found: Set<InvalidIndex>
        do throws(PostgresError) {
            found = try await invalidIndexes(of: statement)
        } catch {
            throw LoneFailure(cause: .server(error))
        }
        if let invalid = found.first { throw LoneFailure(cause: .existsInvalid(invalid), isWithoutEffect: true) }
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
