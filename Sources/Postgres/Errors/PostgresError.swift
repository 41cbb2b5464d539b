/// Why talking to a server did not work, told apart so that a program can decide on it.
public struct PostgresError: Error, Sendable, Hashable {
    /// What a program decides on.
    public enum Reason: Sendable, Hashable, CaseIterable {
        /// A setting is unknown, malformed or contradicts another one. Nothing was sent.
        case badSettings
        /// A host name has no address, or the name server did not answer. Nothing was sent.
        case nameNotResolved
        /// No session came about: refused, unreachable, or the server does not take sessions now (see `sqlState`).
        case connectionFailed
        /// The server refused the user or the password, or wants a password and none is known.
        case authenticationFailed
        /// TLS is required and the server has none, or a certificate was not trusted.
        case tlsFailed
        /// The database does not exist.
        case unknownDatabase
        /// The server refused a statement. The session goes on.
        case server
        /// The session is over: the network or the server went away, or the server ended it (`sqlState` then says why,
        /// as 57P01 after pg_terminate_backend). What a statement in flight did is unknown.
        case connectionLost
        /// A deadline passed. While connecting: no session exists. Afterwards: the server confirmed that it cancelled
        /// the statement, unless `isConnectionUsable` is false, in which case what it did is unknown.
        case timedOut
        /// The task was cancelled. Otherwise as `timedOut`.
        case cancelled
        /// Another call is using this connection. Nothing was sent.
        case busy
        /// The connection was closed by `close()` or by an earlier failure.
        case closed
        /// The text holds a COPY from or to the client, which this module does not do.
        case copyUnsupported
        /// The text holds a NUL character, where libpq would cut it. Nothing was sent.
        case nulInText
        /// libpq refused the request, as with more than 65,535 parameters. Nothing was sent.
        case badRequest
        /// The operating system gave no file descriptor, thread or memory.
        case systemResources
    }

    /// What a program decides on.
    public var reason: Reason
    /// What happened, in one sentence without secrets and row data.
    public var message: String
    /// What the server said about it.
    public var server: ServerReport?
    /// How many statements of the text had completed before; their effect depends on the transaction they ran in.
    public var completedStatements: Int
    /// Whether the connection can go on being used.
    public var isConnectionUsable: Bool

    init(
        _ reason: Reason, _ message: String, server: ServerReport? = nil, completedStatements: Int = 0,
        isConnectionUsable: Bool = false
    ) {
        self.reason = reason
        self.message = message
        self.server = server
        self.completedStatements = completedStatements
        self.isConnectionUsable = isConnectionUsable
    }
}

extension PostgresError {
    /// What the server calls it.
    public var sqlState: SQLState? { server?.sqlState }
    /// ERROR, FATAL or PANIC, never translated.
    public var severity: String? { server?.severity }
    /// More about it from the server; may hold row data.
    public var detail: String? { server?.detail }
    /// The server's advice.
    public var hint: String? { server?.hint }
    /// Where in the text that was sent, in characters from 1.
    public var position: Int? { server?.position }
    /// The statement that a function or a trigger ran; may hold row data.
    public var internalQuery: String? { server?.internalQuery }
    /// The call stack of functions and triggers; may hold row data.
    public var context: String? { server?.context }
    /// The schema that it is about.
    public var schema: String? { server?.schema }
    /// The table that it is about.
    public var table: String? { server?.table }
    /// The column that it is about.
    public var column: String? { server?.column }
    /// The constraint that it is about.
    public var constraint: String? { server?.constraint }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        var text = message
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        return text
    }

    public var debugDescription: String { "\(reason): \(description)" }

    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "reason": reason, "message": message, "sqlState": sqlState as Any, "hint": hint as Any,
                "completedStatements": completedStatements, "isConnectionUsable": isConnectionUsable,
            ])
    }
}
