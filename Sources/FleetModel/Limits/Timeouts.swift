/// How long a statement may wait for a lock on the server (`lock_timeout`).
public struct LockTimeout: Sendable, Hashable, Codable {
    /// Zero means without limit.
    public let duration: Duration

    /// Makes a limit.
    public init(_ duration: Duration) { self.duration = duration }
}

/// How long one statement may run on the server (`statement_timeout`).
public struct StatementTimeout: Sendable, Hashable, Codable {
    /// Zero means without limit.
    public let duration: Duration

    /// Makes a limit.
    public init(_ duration: Duration) { self.duration = duration }
}

/// How long reaching a server may take: name resolution, TCP, TLS and authentication together.
public struct ConnectTimeout: Sendable, Hashable, Codable {
    /// Always above zero.
    public let duration: Duration

    /// Makes a limit.
    public init(_ duration: Duration) { self.duration = duration }
}
