internal import CLibPQ

/// How long the server may take to confirm a cancel before the connection is given up.
let cancelGrace = Duration.seconds(5)

extension Connection {
    /// Sends one request and reads all that the server has to say about it.
    ///
    /// It reads while it writes, since a server that cannot get rid of its answers stops reading requests.
    ///
    /// - Returns: the conversation, and why it was cut short, if it was.
    func converse<Conversation: Dialogue>(
        _ opening: Conversation, timeout: Duration?, send: (OpaquePointer) -> Bool
    ) async throws(PostgresError) -> (Conversation, Interruption?) {
        guard let connection = unsafe wire.connection else { throw closedError }
        guard !isInUse else {
            throw PostgresError(.busy, "The connection is in use by another request", isConnectionUsable: true)
        }
        guard !Task.isCancelled else {
            throw PostgresError(.cancelled, "Cancelled before anything was sent", isConnectionUsable: true)
        }
        isInUse = true
        defer { isInUse = false }
        let deadline = timeout.map { ContinuousClock.now + $0 }
        var exchange = Exchange(dialogue: opening)
        var interruption: Interruption?
        if unsafe !send(connection) { throw sendFailure() }
        while true {
            // Anew after each wait: `close()` may have come between.
            guard let connection = unsafe wire.connection else { throw closedError }
            switch unsafe exchange.advance(connection) {
            case .over:
                if let interruption, await !interruption.isSettled() { close() }
                return (exchange.dialogue, interruption)
            case .lost(let report):
                close()
                throw PostgresError(
                    .connectionLost, ConnectFailure.readable(report.message),
                    server: report.sqlState == nil ? nil : report,
                    completedStatements: exchange.dialogue.completedStatements)
            case .abandoned:
                close()
                return (exchange.dialogue, interruption)
            case .waiting(let interest):
                let wake = unsafe await wait(
                    PQsocket(connection), interest, until: interruption?.nextCancel ?? deadline,
                    heedsCancellation: interruption == nil)
                switch wake {
                case .ready:
                    // A failure shows in the next result.
                    if let connection = unsafe wire.connection { _ = unsafe PQconsumeInput(connection) }
                case .deadline, .cancelled:
                    let reason: PostgresError.Reason = wake == .cancelled ? .cancelled : .timedOut
                    try interrupt(&interruption, reason, timeout, exchange.dialogue.completedStatements)
                case .interrupted:
                    throw closedError
                case .failed:
                    close()
                    throw PostgresError(.systemResources, "The system cannot wait for the socket")
                }
            }
        }
    }

    /// Looks at deadline and task first: the socket of a server that sends without end is always ready.
    private func wait(
        _ socket: Int32, _ interest: Readiness.Interest, until deadline: ContinuousClock.Instant?,
        heedsCancellation: Bool
    ) async -> Wake {
        if let deadline, deadline <= .now { return .deadline }
        if heedsCancellation, Task.isCancelled { return .cancelled }
        let waiter = Waiter()
        self.waiter = waiter
        defer { self.waiter = nil }
        return await Readiness.shared.wait(
            waiter, on: socket, for: interest, until: deadline, heedsCancellation: heedsCancellation)
    }

    /// Asks the server to cancel, again while it does not answer, since a request that it has not begun cannot be
    /// cancelled; after the grace period gives up.
    private func interrupt(
        _ interruption: inout Interruption?, _ reason: PostgresError.Reason, _ limit: Duration?, _ completed: Int
    ) throws(PostgresError) {
        var current = interruption ?? Interruption(reason: reason, limit: limit)
        guard current.graceEnd > .now else {
            close()
            throw PostgresError(
                current.reason,
                "\(current.cause), and the server did not confirm it within \(cancelGrace). The connection was closed; "
                    + "what the statement did is unknown", completedStatements: completed)
        }
        current.cancelOnceMore(cancelKey)
        interruption = current
    }

    private func sendFailure() -> PostgresError {
        let message = wire.message
        close()
        return PostgresError(.connectionLost, message)
    }

    var closedError: PostgresError { PostgresError(.closed, "The connection is closed") }
}
