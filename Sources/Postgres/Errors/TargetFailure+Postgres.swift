public import FleetModel

extension TargetFailure.Kind {
    /// What an error of the connection or the server means for a target: the one place where this is decided.
    public init(_ error: PostgresError) {
        self =
            switch error.reason {
            case .badSettings, .nulInText, .badRequest, .busy: .configuration
            case .nameNotResolved, .systemResources: .unreachable
            case .connectionFailed: error.sqlState == .insufficientPrivilege ? .permissionDenied : .unreachable
            case .authenticationFailed: .authentication
            case .tlsFailed: .tls
            case .unknownDatabase: .unknownDatabase
            case .connectionLost, .closed: .connectionLost
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .copyUnsupported: .sql
            case .server: Self.kind(of: error.sqlState)
            }
    }

    private static func kind(of state: SQLState?) -> Self {
        switch state {
        case .insufficientPrivilege: .permissionDenied
        case .lockNotAvailable: .lockTimeout
        case .queryCanceled: .timedOut
        case .unknownSchema: .unknownDatabase
        default: .sql
        }
    }
}

extension TargetFailure {
    /// A failure from what the server or the connection said.
    ///
    /// No row data get into it: the server's `detail` is left out, and so is the value that a message of class 22
    /// (data exception) quotes, and what one of class 42 quotes of a string: a connection string may hold a password.
    /// Source: PostgreSQL manual, "PostgreSQL Error Codes".
    public init(_ error: PostgresError, step: MigrationStep? = nil, place: Place? = nil) {
        var message = error.message
        if error.sqlState == .syntaxError, error.position != nil || error.internalQuery != nil {
            message = QueryExcerpt.maskingQuotation(in: message)
        } else if error.sqlState?.errorClass == "22" || error.sqlState == .syntaxError,
            let first = message.firstIndex(of: "\""),
            let last = message.lastIndex(of: "\""), first < last
        {
            message.replaceSubrange(first...last, with: "\"…\"")
            message += " (the value is in the server's log)"
        }
        self.init(
            kind: Kind(error), message: message.harmless, step: step, place: place,
            sqlState: error.sqlState?.rawValue, hint: error.hint?.harmless ?? Self.advice(on: error))
    }

    /// Advice where the server has none.
    private static func advice(on error: PostgresError) -> String? {
        switch error.sqlState?.rawValue {
        case "55P04": "Put ALTER TYPE … ADD VALUE into a migration of its own; the value can be used in the next one"
        case "2D000": "A procedure or DO block that commits cannot run in the migration's transaction"
        case "25001": "Put this statement into a migration of its own, without the others"
        case "53300": "The server has no connection left; raise max_connections or lower per_host"
        case "25006": "The server is a standby or read-only; name the primary in fleet.yaml"
        default: nil
        }
    }
}
