/// Where a PostgreSQL server is: one address, or a list of which one takes writes. Limits per host count on it.
public struct HostEndpoint: Sendable, Hashable {
    /// A name, an IP address, or the directory of a Unix socket (begins with `/`); of a list, the first.
    public let host: String
    /// TCP port, or the number in the socket's file name; of a list, the first.
    public let port: Int
    /// The further servers of a list `primary,standby`, in their order; none of them has any itself.
    public let others: [HostEndpoint]

    /// Makes an endpoint.
    public init(host: String, port: Int, others: [HostEndpoint] = []) {
        self.host = host
        self.port = port
        self.others = others
    }

    /// All servers, each alone.
    public var servers: [HostEndpoint] { [HostEndpoint(host: host, port: port)] + others }

    /// Whether there are several, of which one takes writes.
    public var isList: Bool { !others.isEmpty }
}

extension HostEndpoint: CustomStringConvertible {
    public var description: String {
        ([host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"] + others.map(\.description))
            .joined(separator: ",")
    }
}

/// `others` is left out where there are none, as in plans that were recorded before there were lists.
extension HostEndpoint: Codable {
    private enum Key: String, CodingKey {
        case host, port, others
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        host = try container.decode(String.self, forKey: .host)
        port = try container.decode(Int.self, forKey: .port)
        others = try container.decodeIfPresent([HostEndpoint].self, forKey: .others) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(host, forKey: .host)
        try container.encode(port, forKey: .port)
        if isList { try container.encode(others, forKey: .others) }
    }
}
