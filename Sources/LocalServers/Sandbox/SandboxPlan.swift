public import FleetModel

/// The servers and databases that a local copy of a fleet needs.
public struct SandboxPlan: Sendable, Hashable {
    /// A database, and the role that owns it and connects to it.
    public struct Database: Sendable, Hashable {
        public let name: String
        public let owner: String

        public init(name: String, owner: String) {
            self.name = name
            self.owner = owner
        }
    }

    /// A server that stands in for one host of the fleet.
    public struct Server: Sendable, Hashable {
        /// Unique in the plan, and the name of its folder.
        public let name: String
        public let endpoint: HostEndpoint
        public let databases: [Database]
    }

    /// In the order in which the fleet first names them.
    public let servers: [Server]

    /// Gathers what a fleet's targets name: one server for each endpoint, with each of its databases once.
    ///
    /// - Throws: `.notLoopback` for the first endpoint that is neither on loopback nor a socket directory.
    public init(_ targets: [(host: String, endpoint: HostEndpoint, database: Database)]) throws(LocalServerError) {
        var endpoints: [HostEndpoint] = []
        var names: [HostEndpoint: String] = [:]
        var databases: [HostEndpoint: [Database]] = [:]
        for (host, named, database) in targets {
            let endpoint = try Self.local(named)
            if names[endpoint] == nil {
                endpoints.append(endpoint)
                let folder = Self.folder(host)
                names[endpoint] = names.values.contains(folder) ? "\(folder)-\(endpoint.port)" : folder
            }
            if databases[endpoint, default: []].allSatisfy({ $0.name != database.name }) {
                databases[endpoint, default: []].append(database)
            }
        }
        servers = endpoints.map { endpoint in
            Server(
                name: names[endpoint] ?? endpoint.description, endpoint: endpoint, databases: databases[endpoint] ?? [])
        }
    }

    /// The same endpoint in one spelling: `localhost` and `127.0.0.1` are one server. Of a list, the first: a
    /// sandbox has no standbys.
    private static func local(_ endpoint: HostEndpoint) throws(LocalServerError) -> HostEndpoint {
        if endpoint.host.hasPrefix("/") { return HostEndpoint(host: endpoint.host, port: endpoint.port) }
        guard let address = LoopbackAddress(endpoint.host) else {
            throw LocalServerError(.notLoopback(host: endpoint.host))
        }
        return HostEndpoint(host: address.description, port: endpoint.port)
    }

    private static func folder(_ host: String) -> String {
        let name = String(host.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "-" })
        return name.isEmpty ? "server" : name
    }
}

extension SandboxPlan.Server {
    var listening: Listening {
        if endpoint.host.hasPrefix("/") {
            return Listening(port: endpoint.port, addresses: [], socketDirectory: endpoint.host)
        }
        return Listening(port: endpoint.port, addresses: LoopbackAddress(endpoint.host).map { [$0] } ?? [])
    }
}
