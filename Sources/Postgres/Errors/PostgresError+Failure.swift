public import FleetModel

extension PostgresError {
    /// What it means for a target, where nothing more is known than this error.
    public var failureKind: TargetFailure.Kind {
        switch reason {
        case .badSettings, .nulInText: .configuration
        case .nameNotResolved, .systemResources: .unreachable
        case .connectionFailed: sqlState == .insufficientPrivilege ? .permissionDenied : .unreachable
        case .authenticationFailed: .authentication
        case .tlsFailed: .tls
        case .unknownDatabase: .unknownDatabase
        case .connectionLost, .closed: .connectionLost
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .server where sqlState == .lockNotAvailable: .lockTimeout
        case .server where sqlState == .insufficientPrivilege: .permissionDenied
        case .server, .busy, .copyUnsupported, .badRequest: .sql
        }
    }
}
