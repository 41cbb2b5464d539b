/// Where a local server accepts connections: on loopback addresses, on a socket, or on both; never on a network.
public struct Listening: Sendable, Hashable {
    public let port: Int
    public let addresses: [LoopbackAddress]
    /// Holds the socket `.s.PGSQL.<port>`; nil for no socket.
    public let socketDirectory: String?

    public init(port: Int, addresses: [LoopbackAddress] = [.v4], socketDirectory: String? = nil) {
        self.port = port
        self.addresses = addresses
        self.socketDirectory = socketDirectory
    }

    /// The path of the socket, which the system limits to 107 bytes.
    public var socketPath: String? { socketDirectory.map { "\($0)/.s.PGSQL.\(port)" } }
}

/// An address that only programs on this machine can reach.
public struct LoopbackAddress: Sendable, Hashable, CustomStringConvertible {
    public static let v4 = LoopbackAddress(checked: "127.0.0.1")
    public static let v6 = LoopbackAddress(checked: "::1")

    public let description: String

    private init(checked: String) { description = checked }

    /// Accepts `localhost`, `::1` and `127.x.y.z`; nil for any other host.
    public init?(_ host: String) {
        switch host {
        case "localhost":
            self = .v4
        case "::1":
            self = .v6
        default:
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 4, parts[0] == "127", parts.allSatisfy({ UInt8($0) != nil }) else { return nil }
            description = host
        }
    }
}
