internal import CLibPQ
internal import Glibc

extension Connection {
    /// Runs a text of any number of statements in one round trip (simple protocol).
    ///
    /// Outside a transaction block the statements run as one transaction, unless the text itself has BEGIN, COMMIT or
    /// the like (PostgreSQL manual, "Multiple Statements in a Simple Query"). The first failure ends the text.
    /// - Parameter timeout: for all of it; then the server is told to cancel.
    /// - Returns: a result for each statement; none for an empty text.
    /// - Throws: `.server` with `completedStatements` and `position` in the text, `.timedOut`, `.cancelled`,
    ///   `.connectionLost`, `.copyUnsupported`, `.nulInText`, `.busy`, `.closed` or `.systemResources`. Where the server
    ///   was done before a cancel reached it, the results are returned and nothing is thrown.
    public func run(_ script: String, timeout: Duration? = nil) async throws(PostgresError) -> [StatementResult] {
        try refuseNUL(script)
        let (dialogue, interruption) = unsafe try await converse(ScriptDialogue(), timeout: timeout) { connection in
            unsafe PQsendQuery(connection, script) == 1
        }
        return try results(of: dialogue, interruption)
    }

    /// Runs one statement with values for its placeholders (extended protocol, text format).
    ///
    /// - Parameters:
    ///   - sql: one statement; the server refuses several.
    ///   - parameters: values for `$1`, `$2`, …; at most 65,535.
    ///   - timeout: then the server is told to cancel.
    /// - Throws: as `run`, and `.badRequest` for too many parameters or for a text without a statement.
    public func query(
        _ sql: String, _ parameters: [Parameter] = [], timeout: Duration? = nil
    ) async throws(PostgresError) -> StatementResult {
        try check(sql, parameters)
        let (dialogue, interruption) = unsafe try await converse(ScriptDialogue(), timeout: timeout) { connection in
            unsafe sendStatement(sql, parameters, on: connection)
        }
        guard let result = try results(of: dialogue, interruption).first else {
            throw PostgresError(.badRequest, "The text holds no statement", isConnectionUsable: true)
        }
        return result
    }

    private func results(
        of dialogue: ScriptDialogue, _ interruption: Interruption?
    ) throws(PostgresError) -> [StatementResult] {
        if let problem = dialogue.copyProblem {
            throw PostgresError(
                .copyUnsupported, problem, server: dialogue.failure,
                completedStatements: dialogue.completedStatements, isConnectionUsable: isOpen)
        }
        guard let report = dialogue.failure else { return dialogue.results }
        throw error(for: report, interruption, completedStatements: dialogue.completedStatements)
    }
}

extension Connection {
    /// What the report of a refused statement means for the caller.
    func error(for report: ServerReport, _ interruption: Interruption?, completedStatements: Int) -> PostgresError {
        guard let interruption, report.sqlState == .queryCanceled else {
            return PostgresError(
                .server, report.message, server: report, completedStatements: completedStatements,
                isConnectionUsable: isOpen)
        }
        return PostgresError(
            interruption.reason, interruption.cause, server: report, completedStatements: completedStatements,
            isConnectionUsable: isOpen)
    }

    func check(_ sql: String, _ parameters: [Parameter]) throws(PostgresError) {
        try refuseNUL(sql)
        for parameter in parameters { try refuseNUL(parameter.text ?? "") }
        guard parameters.count <= Int(UInt16.max) else {
            throw PostgresError(
                .badRequest, "\(parameters.count) parameters are more than the protocol's 65,535",
                isConnectionUsable: true)
        }
    }

    /// libpq takes C strings, so that it would silently cut the text there.
    func refuseNUL(_ text: String) throws(PostgresError) {
        // By memchr, because a script may have 50 MB.
        let hasNUL = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            guard let start = bytes.baseAddress else { return false }
            return unsafe memchr(start, 0, bytes.count) != nil
        }
        guard hasNUL ?? text.utf8.contains(0) else { return }
        throw PostgresError(
            .nulInText, "The text contains a NUL character, which PostgreSQL has no place for; nothing was sent",
            isConnectionUsable: true)
    }

    func sendStatement(_ sql: String, _ parameters: [Parameter], on connection: OpaquePointer) -> Bool {
        unsafe withCStrings(parameters.map(\.text)) { values in
            unsafe PQsendQueryParams(connection, sql, Int32(parameters.count), nil, values, nil, nil, 0) == 1
        }
    }
}
