internal import FleetModel
internal import Postgres
internal import SQL

extension TargetFailure.Kind {
    /// What an error of the connection or the server means for a target: the one place where this is decided.
    init(_ error: PostgresError) {
        switch error.reason {
        case .badSettings, .nulInText, .badRequest, .busy: self = .configuration
        case .nameNotResolved, .connectionFailed, .systemResources: self = .unreachable
        case .authenticationFailed: self = .authentication
        case .tlsFailed: self = .tls
        case .unknownDatabase: self = .unknownDatabase
        case .connectionLost, .closed: self = .connectionLost
        case .timedOut: self = .timedOut
        case .cancelled: self = .cancelled
        case .copyUnsupported: self = .sql
        case .server:
            switch error.sqlState {
            case .insufficientPrivilege: self = .permissionDenied
            case .lockNotAvailable: self = .lockTimeout
            case .queryCanceled: self = .timedOut
            case .unknownSchema: self = .unknownDatabase
            default: self = .sql
            }
        }
    }
}

extension TargetFailure {
    /// A failure from what the server or the connection said. The server's `detail` can hold row data and is left out.
    init(_ error: PostgresError, step: MigrationStep? = nil, place: Place? = nil) {
        self.init(
            kind: Kind(error), message: error.message.harmless, step: step, place: place,
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
