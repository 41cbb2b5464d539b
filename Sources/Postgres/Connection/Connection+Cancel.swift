extension Connection {
    /// Asks the server to cancel whatever this session runs, on a thread of its own; may be called from anywhere, also
    /// while a request is under way, which then fails with `.server` and SQLSTATE 57014 if it was hit.
    ///
    /// When it returns, the server has passed the request on; a later statement cannot be hit by it.
    /// - Throws: `.timedOut` where the server did not take the request in time, `.cancelled` where the task was
    ///   cancelled meanwhile (the request may still arrive then, in both cases), `.connectionFailed` or
    ///   `.systemResources`.
    public nonisolated func cancel(timeout: Duration = .seconds(5)) async throws(PostgresError) {
        let (answer, wake) = await cancelKey.request().value(until: .now + timeout, heedsCancellation: true)
        switch (answer, wake) {
        case (.delivered?, _): return
        case (.refused(let message)?, _):
            throw PostgresError(.connectionFailed, "The cancel request failed: \(message.droppingTrailingWhitespace)")
        case (nil, .deadline):
            throw PostgresError(.timedOut, "The server did not take the cancel request within \(timeout)")
        case (nil, .cancelled), (nil, .interrupted):
            throw PostgresError(.cancelled, "Waiting for the cancel request was cancelled")
        case (nil, .failed), (nil, .ready):
            throw PostgresError(.systemResources, "The system gave no thread for the cancel request")
        }
    }
}
