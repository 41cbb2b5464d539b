/// One PostgreSQL server endpoint; limits per host count on it.
public struct HostEndpoint: Sendable, Hashable, Codable {
    /// A name, an IP address, or the directory of a Unix socket (begins with `/`).
    public let host: String
    /// TCP port, or the number in the socket's file name.
    public let port: Int

    /// Makes an endpoint.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

extension HostEndpoint: CustomStringConvertible {
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
