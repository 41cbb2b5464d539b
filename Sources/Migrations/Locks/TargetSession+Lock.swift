internal import FleetModel
internal import Postgres
internal import SQL

/// Both migration locks are held.
struct HeldLocks: Sendable {
    let here: Orientation
    /// What the version table answered under the locks, and the progress where it is asked.
    let answers: ArraySlice<PipelineOutcome>
    /// What the statement that travelled along was answered.
    let aside: PipelineOutcome?

    /// Whether there is a version table.
    var tableExists: Bool {
        if case .completed? = answers.first { true } else { false }
    }
}

extension TargetSession {
    /// Takes both locks and reads the version under them: one round trip when nobody else holds them.
    ///
    /// The locks are asked for and never waited for in the server, where a waiting statement would hold a snapshot and
    /// deadlock with CREATE INDEX CONCURRENTLY (golang-migrate issue 960). While only one of the two is to be had, it is
    /// given back before the next attempt.
    /// - Throws: `.lockHeld` after `limit`, with who holds it; nothing was changed and nothing is held then. On any
    ///   other failure too, nothing is held.
    func lock(
        for limit: Duration, running settings: SessionSettings, forSteps: Bool = true,
        asking aside: PipelineStatement? = nil,
        unless shouldGiveUp: () -> Bool = { false }
    ) async throws(TargetFailure) -> HeldLocks {
        let here = if let orientation { orientation } else { try await orient().here }
        try await refuseUnfit()
        let makesRecords = forSteps && here.records == .missing
        records = nil
        hasMadeRecords = false
        failedAttempt = nil
        openBuild = nil
        let start = ContinuousClock.now
        var pause = Duration.milliseconds(50)
        while true {
            let answers: [PipelineOutcome]
            let granted: [Bool]
            do throws(PostgresError) {
                answers = try await connection.pipeline(
                    [settings.statement, Self.asking(for: here.locks)]
                        + (aside.map { [$0] } ?? []) + readings(here) + (makesRecords ? RecordTables.creation : []),
                    timeout: options.recoveryLimit)
                granted = try answers[1].result().rows.first?.values.map { $0 == "t" } ?? []
            } catch {
                await finishing { await self.unlock(here) }
                throw unchanged(error)
            }
            if granted.allSatisfy({ $0 }), granted.count == here.locks.count {
                var rest = answers.dropFirst(2)
                let asideAnswer = aside == nil ? nil : rest.removeFirst()
                // Where they cannot be made, the migration matters more and runs without them.
                if makesRecords {
                    hasMadeRecords = rest.removesCompleted(RecordTables.creation.count)
                    orientation?.records = hasMadeRecords ? .ready : .forbidden
                }
                if orientation?.records == .ready { records = records(of: here) }
                return HeldLocks(here: here, answers: rest, aside: asideAnswer)
            }
            if granted.contains(true) { await finishing { await self.unlock(here) } }
            await endOrphans(here)
            let waited = ContinuousClock.now - start
            guard waited + pause < limit else { throw await lockHeld(here, limit) }
            guard !shouldGiveUp() else { throw await lockHeld(here, waited) }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw TargetFailure(
                    kind: .cancelled, message: "Cancelled while waiting for the migration lock",
                    consequence: texts.nothingChanged)
            }
            pause = min(pause * 2, .seconds(1))
        }
    }

    /// Gives the locks back without a look at the outcome: a session that is gone holds none.
    func unlock(_ here: Orientation) async {
        _ = try? await connection.pipeline([Self.giving(here.locks)], timeout: options.recoveryLimit)
    }

    static func asking(for locks: [LockID]) -> PipelineStatement {
        let calls = locks.indices.map { "pg_try_advisory_lock($\($0 + 1))" }
        return PipelineStatement(
            "SELECT " + calls.joined(separator: ", "), locks.map { Parameter($0.number as Int64?) })
    }

    /// A lock that this session doesn't hold makes the server warn, and nothing else.
    static func giving(_ locks: [LockID]) -> PipelineStatement {
        let calls = locks.indices.map { "pg_advisory_unlock($\($0 + 1))" }
        return PipelineStatement(
            "SELECT " + calls.joined(separator: ", "), locks.map { Parameter($0.number as Int64?) })
    }

    /// A failure of the connection or the server before anything was changed.
    func unchanged(_ error: PostgresError) -> TargetFailure {
        var failure = TargetFailure(error)
        failure.consequence = texts.nothingChanged
        return failure
    }
}

extension ArraySlice<PipelineOutcome> {
    /// Takes so many outcomes off the end, and says whether all of them are good.
    fileprivate mutating func removesCompleted(_ count: Int) -> Bool {
        let last = suffix(count)
        removeLast(count)
        return last.allSatisfy { if case .completed = $0 { true } else { false } }
    }
}
