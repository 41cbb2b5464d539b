internal import CLibPQ
internal import Glibc

/// The servers that the settings name, in libpq's three parallel lists: `host=a,b hostaddr= port=5432,5433`.
struct ServerList: Sendable, Hashable {
    /// One place of the lists.
    struct Entry: Sendable, Hashable {
        var host: String
        var address: String
        var port: String

        /// Only such a host makes libpq ask the name service, which blocks.
        var needsResolving: Bool {
            address.isEmpty && !host.isEmpty && !host.hasPrefix("/") && !host.hasPrefix("@") && !isAddress(host)
        }
    }

    var entries: [Entry]

    /// Splits the lists as libpq does; nil where it would refuse them, because they differ in length.
    init?(host: String, address: String, port: String) {
        func list(_ text: String) -> [String] {
            text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let (hosts, addresses, ports) = (list(host), list(address), list(port))
        let count = max(1, addresses.isEmpty ? hosts.count : addresses.count)
        guard hosts.isEmpty || hosts.count == count, ports.count <= 1 || ports.count == count else { return nil }
        entries = (0..<count).map { index in
            Entry(
                host: hosts.isEmpty ? "" : hosts[index], address: addresses.isEmpty ? "" : addresses[index],
                port: ports.count == 1 ? ports[0] : ports.isEmpty ? "" : ports[index])
        }
    }

    /// A port that is no number from 1 to 65535. libpq would notice only when it comes to that server.
    var badPort: String? {
        entries.map(\.port).first { port in
            let digits = port.trimmingWhitespace
            return !digits.isEmpty && !(Int(digits).map { 1...65_535 ~= $0 } ?? false)
        }
    }

    var needsResolving: Bool { entries.contains(where: \.needsResolving) }

    /// The same servers with the addresses of their names, in the order in which libpq would try them.
    ///
    /// - Returns: nil where no entry is left.
    func resolved(_ addresses: [String: [String]]) -> ServerList? {
        var list = self
        list.entries = entries.flatMap { entry -> [Entry] in
            guard entry.needsResolving else { return [entry] }
            return (addresses[entry.host] ?? []).map { Entry(host: entry.host, address: $0, port: entry.port) }
        }
        return list.entries.isEmpty ? nil : list
    }

    /// The servers without one and without those before it, which libpq has tried; nil where none is left.
    func without(_ entry: Entry) -> ServerList? {
        guard let index = entries.firstIndex(where: { $0.isServed(by: entry) }) else { return nil }
        var list = self
        list.entries.removeSubrange(...index)
        return list.entries.isEmpty ? nil : list
    }

    /// libpq's three keywords.
    var keywords: [String: String] {
        [
            "host": entries.map(\.host).joined(separator: ","),
            "hostaddr": entries.map { addressOrLiteral($0) }.joined(separator: ","),
            "port": entries.map(\.port).joined(separator: ","),
        ]
    }

    private func addressOrLiteral(_ entry: Entry) -> String {
        entry.address.isEmpty && isAddress(entry.host) ? entry.host : entry.address
    }
}

extension ServerList.Entry: CustomStringConvertible {
    /// The server that libpq talks to now.
    init(of connection: OpaquePointer) {
        func text(_ value: UnsafeMutablePointer<CChar>?) -> String {
            unsafe value.map { unsafe String(cString: $0) } ?? ""
        }
        host = unsafe text(PQhost(connection))
        address = unsafe text(PQhostaddr(connection))
        port = unsafe text(PQport(connection))
    }

    /// Whether libpq, at work on `other`, is at work on this one: it fills in what is not said.
    func isServed(by other: Self) -> Bool {
        (host.isEmpty || other.host.isEmpty || host == other.host || host == other.address)
            && (address.isEmpty || address == other.address) && (port.isEmpty || port == other.port)
    }

    var description: String { "\(host.isEmpty ? address : host):\(port)" }
}

/// Whether the text is an IPv4 or IPv6 address, which needs no name service.
private func isAddress(_ text: String) -> Bool {
    var address = in6_addr()
    let withoutZone = String(text.prefix { $0 != "%" })
    return unsafe inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, withoutZone, &address) == 1
}

extension String {
    fileprivate var trimmingWhitespace: Substring {
        let start = drop(while: \.isWhitespace)
        return start.prefix(upTo: start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)
    }
}
