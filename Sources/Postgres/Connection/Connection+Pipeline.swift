internal import CLibPQ

extension Connection {
    /// Sends all statements at once and reads all answers: one round trip, however many there are.
    ///
    /// A statement that fails makes the server skip the rest of its group, and the next group runs regardless. Outside
    /// a transaction block each group is one transaction, committed at its end; where that commit itself fails, as with
    /// a deferred constraint, the group's last statement carries the error. A deadline or a cancelled task has the
    /// server cancel whatever still runs: such a statement's outcome is an error with `.timedOut` or `.cancelled`.
    /// - Parameter timeout: for all of it.
    /// - Returns: an outcome for each statement, in order.
    /// - Throws: as `run`, for what concerns the connection and not a single statement. What the statements did is
    ///   unknown then, unless the reason says that nothing was sent.
    public func pipeline(
        _ statements: [PipelineStatement], timeout: Duration? = nil
    ) async throws(PostgresError) -> [PipelineOutcome] {
        for statement in statements { try check(statement.sql, statement.parameters) }
        guard !statements.isEmpty else { return [] }
        let (dialogue, interruption) = unsafe try await converse(PipelineDialogue(statements), timeout: timeout) {
            unsafe send(statements, on: $0)
        }
        if let problem = dialogue.problem {
            throw PostgresError(
                dialogue.metCopy ? .copyUnsupported : .connectionLost, problem,
                completedStatements: dialogue.completedStatements)
        }
        if let connection = unsafe wire.connection, unsafe PQexitPipelineMode(connection) == 0 { close() }
        var completed = 0
        return dialogue.outcomes.map { outcome in
            switch outcome {
            case .completed(let result):
                completed += 1
                return .completed(result)
            case .failed(let report):
                return .failed(error(for: report, interruption, completedStatements: completed))
            case .empty, .copyIn, .copyOut, .unexpected, .groupEnd, .end:
                return .failed(PostgresError(.badRequest, "The text holds no statement", isConnectionUsable: isOpen))
            case .skipped:
                return .skipped
            }
        }
    }

    private func send(_ statements: [PipelineStatement], on connection: OpaquePointer) -> Bool {
        guard unsafe PQenterPipelineMode(connection) == 1 else { return false }
        for (index, statement) in statements.enumerated() {
            if index > 0, !statement.joinsPrevious, unsafe PQpipelineSync(connection) != 1 { return false }
            guard unsafe sendStatement(statement.sql, statement.parameters, on: connection) else { return false }
        }
        return unsafe PQpipelineSync(connection) == 1
    }
}
