import FleetModel
import Postgres

extension TargetFailure {
    /// What a failed discovery means for the targets of its host. Nothing that the host's data say is in it.
    init(_ error: PostgresError) {
        let sqlState = error.sqlState
        let kind: Kind =
            switch error.reason {
            case .badSettings, .nulInText, .badRequest, .copyUnsupported, .busy, .systemResources: .configuration
            case .nameNotResolved, .connectionFailed: .unreachable
            case .authenticationFailed: .authentication
            case .tlsFailed: .tls
            case .unknownDatabase: .unknownDatabase
            case .server where sqlState == .lockNotAvailable: .lockTimeout
            case .server where sqlState == .insufficientPrivilege: .permissionDenied
            case .server where sqlState == .unknownSchema: .unknownDatabase
            case .server: .sql
            case .connectionLost, .closed: .connectionLost
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            }
        let mayQuoteData = sqlState.map { ["22", "23"].contains($0.errorClass) } ?? false
        let message = mayQuoteData ? "the query failed on a value that it met" : error.message
        self.init(kind: kind, message: Printable.line(message), sqlState: sqlState?.rawValue, hint: error.hint)
    }
}
