public import FleetModel
public import Inventory

/// The scratch servers of one command: each is had when it is first needed, and all end together.
public actor ScratchServers {
    /// A server that the inventory names.
    public struct Named: Sendable {
        let access: TargetAccess
        let resolver: SecretResolver
        let isOfFleet: Bool

        /// - Parameter isOfFleet: whether targets of the fleet are on it, too: then its role may not be one that could change
        ///   what they share.
        public init(_ access: TargetAccess, resolver: SecretResolver, isOfFleet: Bool) {
            self.access = access
            self.resolver = resolver
            self.isOfFleet = isOfFleet
        }
    }

    /// What their databases need before migrations are replayed.
    public nonisolated let rules: ScratchRules
    private let named: Named?
    /// By release; a failure is kept, too, so that a server which does not answer is waited for once.
    private var servers: [Int?: Task<ScratchServer, any Error>] = [:]
    private var isClosed = false

    /// - Parameter named: the server to use; nil for throw-away ones of this machine's programs.
    public init(_ rules: ScratchRules, named: Named?) {
        self.rules = rules
        self.named = named
    }

    /// Whether it is a server that the inventory names.
    public nonisolated var isNamed: Bool { named != nil }

    /// A server of a release, or of another one where that is not to be had; a named one is what it is.
    ///
    /// - Throws: `ScratchError`, and what keeps a server of this machine from starting.
    public func server(major: Int?) async throws -> ScratchServer {
        guard !isClosed else { throw ScratchError(.noServer("it was ended")) }
        let key = named == nil ? major : nil
        if let known = servers[key] { return try await known.value }
        let (named, programs) = (named, rules.programs)
        let server = Task {
            guard let named else { return try await ScratchServer.start(major: major, programs: programs) }
            return try await ScratchServer.open(named)
        }
        servers[key] = server
        return try await server.value
    }

    /// Whether a server of a release is to be had, without starting one. Of one that the inventory names that is not known.
    public func has(major: Int) async -> Bool {
        guard named == nil else { return false }
        return await ScratchServer.has(major: major, programs: rules.programs)
    }

    /// Ends them. On a named server, drops the databases that are left.
    public func close() async {
        isClosed = true
        for server in servers.values { await (try? server.value)?.close() }
        servers = [:]
    }
}
