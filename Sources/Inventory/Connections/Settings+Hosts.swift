import FleetModel

extension Settings {
    /// A host, or a list of them: `[a, b]` or `a,b`. Of several, work goes to the one that takes writes.
    static func hosts(_ field: Field) -> [String]? {
        let because = "the target is named after it"
        guard case .sequence = field.node.content else {
            guard let text = field.plainText("a host, or a list of hosts", because: because) else { return nil }
            return all(text.listed.map { host($0, field) })
        }
        let items = field.list() ?? []
        if items.isEmpty { field.error(.missing, "the list is empty") }
        return items.isEmpty
            ? nil : all(items.map { item in item.plainText("a host", because: because).flatMap { host($0, item) } })
    }

    /// A port, or one for each host of a list: `[5432, 5433]` or `5432,5433`.
    static func ports(_ field: Field) -> [Int]? {
        if case .sequence = field.node.content {
            let items = field.list() ?? []
            if items.isEmpty { field.error(.missing, "the list is empty") }
            return items.isEmpty ? nil : all(items.map { $0.integer(1...65_535) })
        }
        guard case .scalar(let text, _) = field.node.content, text.holds(",") else {
            return field.integer(1...65_535).map { [$0] }
        }
        let numbers = all(text.listed.map { part in Int(part).flatMap { 1...65_535 ~= $0 ? $0 : nil } })
        if numbers == nil {
            field.error(.invalid, "expected whole numbers from 1 to 65535, found \(Printable.value(text))")
        }
        return numbers
    }

    /// A host name, an address or a socket folder, without a port.
    private static func host(_ text: String, _ field: Field) -> String? {
        guard !text.isEmpty else {
            field.error(.invalid, "a host of the list is empty")
            return nil
        }
        guard !text.utf8.contains(where: { $0 <= UInt8(ascii: " ") }) else {
            field.error(.invalid, "a host has no spaces")
            return nil
        }
        guard !text.holds(",") else {
            field.error(.invalid, "a host of a list has no comma; write each as an item of its own")
            return nil
        }
        guard !text.holds("://"), !text.holds("@") else {
            field.error(.invalid, "expected a host alone; write user, password and database under their own keys")
            return nil
        }
        if text.holds(":"), let (name, port) = text.splitOnce(at: ":"), !name.hasPrefix("/"), Int(port) != nil {
            field.error(.invalid, "a host has no port in it; write `host: \(name)` and `port: \(port)`")
            return nil
        }
        return text
    }

    private static func all<Value>(_ values: [Value?]) -> [Value]? {
        values.contains { $0 == nil } ? nil : values.compactMap { $0 }
    }

    /// Where its servers are; nil where it names none, or names them wrongly.
    ///
    /// - Parameter field: the entry, for what is wrong only once hosts and ports are put together.
    func endpoint(_ field: Field) -> HostEndpoint? {
        guard let hosts, let first = hosts.first else { return nil }
        let ports = ports ?? [5432]
        guard ports.count == 1 || ports.count == hosts.count else {
            field.error(
                .conflict,
                "\(hosts.count) hosts and \(ports.count) ports; write one port for all of them, or one for each")
            return nil
        }
        let servers = hosts.enumerated().map { index, host in
            HostEndpoint(host: host, port: ports.count == 1 ? ports[0] : ports[index])
        }
        guard Set(servers.map { "\($0)".lowercased() }).count == servers.count else {
            field.error(.duplicate, "a server is twice in the list")
            return nil
        }
        return HostEndpoint(host: first, port: servers[0].port, others: Array(servers.dropFirst()))
    }
}

extension String {
    /// Its parts between commas, without the spaces around them.
    fileprivate var listed: [String] {
        split(separator: ",", omittingEmptySubsequences: false).map { part in
            var rest = part.drop { $0 == " " }
            while rest.last == " " { rest.removeLast() }
            return String(rest)
        }
    }
}
