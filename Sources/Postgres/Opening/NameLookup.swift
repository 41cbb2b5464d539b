internal import Glibc

/// Asks the system's name service, which blocks, for the addresses of a host.
enum NameLookup {
    enum Answer: Sendable {
        /// At least one, numeric, in the order of preference.
        case addresses([String])
        /// In the C library's words.
        case failure(String)
    }

    static func addresses(of host: String) -> Answer {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = unsafe getaddrinfo(host, nil, &hints, &list)
        guard failure == 0 else {
            return .failure(unsafe gai_strerror(failure).map { unsafe String(cString: $0) } ?? "error \(failure)")
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [String] = []
        var next = unsafe list
        while let entry = unsafe next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let isText =
                unsafe getnameinfo(
                    entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if isText, !addresses.contains(address) { addresses.append(address) }
            unsafe next = entry.ai_next
        }
        return addresses.isEmpty ? .failure("no address") : .addresses(addresses)
    }
}
