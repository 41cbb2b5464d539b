import Glibc
import Synchronization

/// Ports on loopback for servers of this machine.
public enum LoopbackPort {
    private static let handedOut = Mutex<Set<Int>>([])

    /// A port that nothing listens on now, and that this process hands out only once.
    ///
    /// Taken from below the range of outgoing connections (32768 and up on Linux), which would otherwise race for it.
    public static func unused() -> Int? {
        for _ in 0..<2_000 {
            let port = Int.random(in: 20_000..<32_000)
            guard handedOut.withLock({ $0.insert(port).inserted }) else { continue }
            if isFree(port, on: .v4) { return port }
        }
        return nil
    }

    /// Whether no other program listens there at this moment.
    ///
    /// Where that cannot be told (no descriptor left, no right to the port), the answer is yes: the server that tries
    /// next says what is wrong.
    public static func isFree(_ port: Int, on address: LoopbackAddress) -> Bool {
        guard let number = UInt16(exactly: port) else { return true }
        let isV6 = address == .v6
        let descriptor = socket(
            isV6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        // Bound only, not listening: a child that is forked at this moment keeps a copy until it executes its program, and
        // a copy that listened would be in the server's way. The option is PostgreSQL's own, so that connections in
        // TIME_WAIT do not count as a server.
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        let listens = isV6 ? bindV6(descriptor, number) : bindV4(descriptor, number, address)
        return listens || errno != EADDRINUSE
    }

    private static func bindV4(_ descriptor: Int32, _ port: UInt16, _ address: LoopbackAddress) -> Bool {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        inet_pton(AF_INET, address.description, &place.sin_addr)
        return withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func bindV6(_ descriptor: Int32, _ port: UInt16) -> Bool {
        var place = sockaddr_in6()
        place.sin6_family = sa_family_t(AF_INET6)
        place.sin6_port = port.bigEndian
        place.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }
}
