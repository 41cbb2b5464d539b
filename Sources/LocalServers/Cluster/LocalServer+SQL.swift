extension LocalServer {
    /// Runs SQL by psql as the superuser, on a server that runs with `trust`, and returns the rows, fields joined by `|`.
    ///
    /// - Parameter port: of a proxy in front of the server; nil for the server's own.
    /// Meant for setting a server up, before anything else of pgfleet can connect.
    /// - Throws: `.programFailed` with the server's message; statements before the failed one have taken effect.
    @discardableResult
    package func psql(
        _ sql: String, database: String = "postgres", on server: RunningServer, port: Int? = nil
    ) async throws -> String {
        let program = Program(
            binaries.path(of: "psql"),
            [
                "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1",
                "--host", server.address ?? server.socketDirectory ?? "127.0.0.1", "--port",
                String(port ?? server.port),
                "--username", Self.superuser, "--dbname", database, "--file", "-",
            ]
        )
        do {
            return try await program.output(input: sql).trimmingSuffix(while: \.isNewline)
        } catch let error as LocalServerError {
            throw LocalServerError(error.reason, directory: directory)
        }
    }

    /// An SQL identifier in quotes.
    package static func identifier(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// An SQL string in quotes.
    package static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
