public import FleetModel

/// How one server of a sandbox is.
public struct SandboxReport: Sendable, Hashable {
    public enum State: Sendable, Hashable {
        case running(pid: Int32)
        /// Its data are there and no process is.
        case stopped
        /// It was never made, or its data were removed.
        case absent
        case failed(LocalServerError)
    }

    /// What `up` or `down` did to get there.
    public enum Change: String, Sendable, Hashable {
        case none, created, started, restarted, stopped, removed
    }

    public let name: String
    /// Nil for a server that is in the sandbox's directory and no longer in the fleet file.
    public let endpoint: HostEndpoint?
    public let state: State
    public let change: Change
    /// Databases of the plan that exist; known only while the server runs.
    public let databases: [String]
    /// Databases of the plan that do not exist, or cannot be asked for.
    public let missingDatabases: [String]
    /// Where the server writes its messages.
    public let log: String
}
