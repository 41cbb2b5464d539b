internal import FleetModel
internal import Postgres
internal import SQL

/// Why a statement that is run by itself failed, and what it left behind.
struct LoneFailure: Error {
    enum Cause {
        case server(PostgresError)
        /// The index to be made is there and is invalid: CREATE INDEX IF NOT EXISTS was content with that, or the server
        /// said that the name is taken.
        case existsInvalid(InvalidIndex, said: PostgresError?)
    }

    let cause: Cause
    /// What others' locks have to do with it; nil where it is not about locks.
    var locks: Locks?
    /// Invalid indexes that it left.
    var leftovers: Set<InvalidIndex> = []
    /// Whether the database is as it was before the statement.
    var isWithoutEffect = false

    struct Locks {
        let tries: LockTries
        let sight: LockWatch.Sight?
        /// It was stopped while it waited for its next try.
        let wasStopped: Bool
    }
}

extension TargetSession {
    /// The failure with its place, and with what it left.
    func failure(
        _ lone: LoneFailure, of index: Int, in script: Script, _ place: StepPlace,
        at location: (PostgresError) -> StepScript.Location
    ) -> TargetFailure {
        var found: TargetFailure
        switch lone.cause {
        case .server(let error):
            found = failure(error, location(error), script, place)
            found = found.ofLocks(lone.locks?.sight) ?? found
        case .existsInvalid(let invalid, said: let error):
            // Not dropped, whatever the policy: nothing proves whose it is.
            let contentment = error == nil ? ", and IF NOT EXISTS is content with that" : ""
            found = TargetFailure(
                kind: .sql,
                message: "The index \(invalid.shown) exists and is INVALID: an earlier attempt left it\(contentment)",
                step: place.step, sqlState: error?.sqlState?.rawValue)
            found.place = self.place(statement: index, character: nil, script, place)
            found.remedy =
                "Drop it with DROP INDEX CONCURRENTLY \(invalid.shown), then: " + texts.retry(place.step.to)
        }
        if let locks = lone.locks {
            if locks.tries.isRetrying { found.message += " (\(locks.tries.count))" }
            if let holders = locks.sight?.holders.listed { found.message += ". The lock is held by \(holders)" }
            if locks.wasStopped { found.kind = .cancelled }
        }
        return found.naming(lone.leftovers)
    }

    /// The failure with what a concurrent build left whose connection broke; looked for on the connection made since.
    func namingLeftovers(_ failure: TargetFailure?) async -> TargetFailure? {
        guard let failure, let build = openBuild, build.table != nil, await connection.isOpen,
            let leftovers = try? await self.leftovers(of: build)
        else { return failure }
        openBuild = nil
        return failure.naming(leftovers)
    }

    /// Takes the dirty mark back, where the step's first statement failed without any effect.
    /// - Returns: whether the database is on the version before again, clean.
    func unmark(_ place: StepPlace) async -> Bool {
        let unmarking = place.table.marksBegunSteps ? place.table.forcing(place.step.from, among: []) : []
        let clean =
            SessionSettings.ownIdentity + ["BEGIN"] + unmarking + (records?.forgetting ?? [])
            + ["COMMIT"] + SessionSettings.cleanup
        return await finishing {
            do throws(PostgresError) {
                _ = try await self.connection.run(
                    clean.joined(separator: ";"), timeout: self.options.recoveryLimit)
                return true
            } catch {
                await self.rollBack()
                return false
            }
        }
    }
}

extension TargetFailure {
    fileprivate func naming(_ leftovers: Set<InvalidIndex>) -> TargetFailure {
        var failure = self
        for leftover in leftovers.sorted(by: { $0.identifier < $1.identifier }) {
            failure.message += ". It left the invalid index \(leftover.shown); remove it with DROP INDEX CONCURRENTLY"
        }
        return failure
    }
}

/// Why a statement that was sent by itself failed.
struct StatementFailure: Error {
    let error: PostgresError
    /// Whether the statement itself ended well, and what failed is its commit or the progress after it.
    var ran = false
}
