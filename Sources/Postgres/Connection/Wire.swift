internal import CLibPQ

/// One PGconn and its end.
///
/// `@unchecked Sendable`: libpq allows any thread, one at a time. A wire is made on a thread that gives it away at once,
/// used by one task while it connects, and by its `Connection` alone afterwards.
@safe final class Wire: @unchecked Sendable {
    private(set) var connection: OpaquePointer?
    private let notices: NoticeReceiver?

    init(_ connection: OpaquePointer?, notices: NoticeReceiver?) {
        unsafe self.connection = connection
        self.notices = notices
        if let connection = unsafe connection { unsafe NoticeReceiver.install(notices, on: connection) }
    }

    deinit { finish() }

    /// Says goodbye to the server, closes the socket and frees all memory.
    func finish() {
        if let connection = unsafe connection { unsafe PQfinish(connection) }
        unsafe connection = nil
    }

    /// What libpq said last; never contains the password.
    var message: String {
        guard let connection = unsafe connection, let text = unsafe PQerrorMessage(connection) else { return "" }
        return unsafe String(cString: text).droppingTrailingWhitespace
    }
}
