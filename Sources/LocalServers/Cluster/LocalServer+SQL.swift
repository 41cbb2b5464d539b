extension LocalServer {
    /// Runs SQL by psql as the superuser, on a server that runs with `trust`, and returns the rows, fields joined by `|`.
    ///
    /// Meant for setting a server up, before anything else of pgfleet can connect.
    /// - Parameters:
    ///   - commands: each is sent by itself, and what it holds is one transaction unless it says otherwise.
    ///   - port: of a proxy in front of the server; nil for the server's own.
    /// - Throws: `.programFailed` with the server's message; commands before the failed one have taken effect.
    @discardableResult
    package func psql(
        _ commands: [String], database: String = "postgres", on server: RunningServer, port: Int? = nil
    ) async throws -> String {
        let program = Program(
            binaries.path(of: "psql"),
            [
                "--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1",
                "--host", server.host, "--port", String(port ?? server.port),
                "--username", Self.superuser, "--dbname", database,
            ] + commands.flatMap { ["--command", $0] }
        )
        do {
            return try await program.output().trimmingSuffix(while: \.isNewline)
        } catch let error as LocalServerError {
            throw LocalServerError(error.reason, directory: directory)
        }
    }

    /// An SQL identifier in quotes.
    package static func identifier(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
