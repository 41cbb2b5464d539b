internal import CLibPQ
public import FleetModel

/// One session with a PostgreSQL server, for one request at a time.
///
/// Nothing here blocks a thread of Swift's pool, and no connection has a thread of its own: all sockets are watched by
/// one. A call made while another one is under way gets `.busy`, and so does not wait. Dropping the last reference
/// closes the session, as `close()` does.
public actor Connection {
    /// The server process of this session, as in `pg_stat_activity`.
    public nonisolated let backendPID: Int32
    /// The server's version as a number: 150004 is 15.4.
    public nonisolated let serverVersion: Int
    /// Whether the session is encrypted by TLS.
    public nonisolated let isTLS: Bool

    let wire: Wire
    let cancelKey: CancelKey
    var isInUse = false
    /// What the request under way waits on, so that `close()` can wake it.
    var waiter: Waiter?

    init(_ wire: Wire) throws(PostgresError) {
        guard let connection = unsafe wire.connection, let cancelKey = unsafe CancelKey(of: connection) else {
            throw PostgresError(.systemResources, "libpq has no memory for a connection")
        }
        backendPID = unsafe PQbackendPID(connection)
        serverVersion = unsafe Int(PQserverVersion(connection))
        isTLS = unsafe PQsslInUse(connection) == 1
        self.wire = wire
        self.cancelKey = cancelKey
    }

    /// Connects to the first server of the settings that takes the session.
    ///
    /// - Parameters:
    ///   - settings: what libpq's keywords say; the rest comes from environment, service and password files.
    ///   - timeout: for name resolution, network, TLS and authentication together, over all addresses of a host; of a list,
    ///     for each host. The keyword `connect_timeout` has no effect here.
    ///   - onNotice: takes the session's notices, on any thread; it must return at once. Without it they are dropped.
    /// - Throws: `.badSettings`, `.nulInText`, `.nameNotResolved`, `.connectionFailed`, `.authenticationFailed`,
    ///   `.tlsFailed`, `.unknownDatabase`, `.timedOut`, `.cancelled` or `.systemResources`; no session is left then.
    public static func open(
        _ settings: ConnectionSettings, timeout: ConnectTimeout, onNotice: (@Sendable (Notice) -> Void)? = nil
    ) async throws(PostgresError) -> Connection {
        var opening = try Opening(settings, limit: timeout, notices: onNotice.map(NoticeReceiver.init))
        return try Connection(try await opening.wire())
    }

    /// Ends the session and gives its socket back; a request under way fails with `.closed`. May be called again.
    public func close() {
        wire.finish()
        waiter?.finish(.interrupted)
    }

    /// Whether a request can be made, as far as is known without making one.
    public var isOpen: Bool {
        unsafe wire.connection.map { unsafe PQstatus($0) == CONNECTION_OK } ?? false
    }

    /// Where the session stands with its transaction.
    public var transactionStatus: TransactionStatus {
        unsafe wire.connection.map { unsafe TransactionStatus(PQtransactionStatus($0)) } ?? .unknown
    }

    /// A setting that the server reports unasked, as `server_version` or `TimeZone`; nil for all others.
    public func parameterStatus(_ name: String) -> String? {
        guard let connection = unsafe wire.connection else { return nil }
        return unsafe PQparameterStatus(connection, name).map { unsafe String(cString: $0) }
    }
}
