internal import CLibPQ
internal import FleetModel
internal import Glibc

/// The way from settings to a session, under one deadline: files, names, then libpq's handshake.
struct Opening {
    let parameters: StartParameters
    let limit: ConnectTimeout
    let deadline: ContinuousClock.Instant
    let notices: NoticeReceiver?

    init(_ settings: ConnectionSettings, limit: ConnectTimeout, notices: NoticeReceiver?) throws(PostgresError) {
        parameters = try StartParameters(settings)
        self.limit = limit
        deadline = .now + limit.duration
        self.notices = notices
    }

    /// Connects. Whatever goes wrong, no session and no socket is left.
    func wire() async throws(PostgresError) -> Wire {
        let servers = try await run(.files, "reading the connection settings") { [parameters] in parameters.servers() }
        if let port = servers?.badPort {
            throw PostgresError(.badSettings, "port \"\(port)\" is no number from 1 to 65535")
        }
        let located = try await locate(servers)
        let wire = try await run(.files, "reading the connection settings") { [notices] in
            located.start(notices: notices)
        }
        guard let connection = unsafe wire.connection else {
            throw PostgresError(.systemResources, "libpq has no memory for a connection")
        }
        guard unsafe PQstatus(connection) != CONNECTION_BAD else {
            throw try await startFailure(of: wire, located, isReadable: servers != nil)
        }
        _ = unsafe PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        unsafe try await shakeHands(wire, connection)
        _ = unsafe PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
        guard unsafe PQsetnonblocking(connection, 1) == 0 else { throw PostgresError(.connectionFailed, wire.message) }
        return wire
    }

    /// Puts an address beside every host name, so that libpq asks no name service.
    private func locate(_ servers: ServerList?) async throws(PostgresError) -> StartParameters {
        // Settings that libpq refuses fail at the start, with its message.
        guard let servers, servers.needsResolving else { return parameters }
        let names = Set(servers.entries.filter(\.needsResolving).map(\.host))
        let lookups = names.map { name in (name, LaneJob(on: .names) { NameLookup.addresses(of: name) }) }
        var addresses: [String: [String]] = [:]
        var failures: [String] = []
        for (name, lookup) in lookups {
            switch try await value(of: lookup, "looking up the host name \"\(name)\"") {
            case .addresses(let found): addresses[name] = found
            case .failure(let text): failures.append("\"\(name)\": \(text)")
            }
        }
        guard let resolved = servers.resolved(addresses) else {
            let list = failures.sorted().joined(separator: "; ")
            throw PostgresError(.nameNotResolved, "No address for host \(list)")
        }
        return parameters.replacing(resolved.keywords)
    }

    private func shakeHands(_ wire: Wire, _ connection: OpaquePointer) async throws(PostgresError) {
        var interest = Readiness.Interest.writing
        while true {
            // Anew each time: libpq may have gone on to another address with another socket.
            let socket = unsafe PQsocket(connection)
            guard socket >= 0 else { throw PostgresError(.connectionFailed, ConnectFailure.readable(wire.message)) }
            let wake = await Readiness.shared.wait(
                Waiter(), on: socket, for: interest, until: deadline, heedsCancellation: true)
            try check(wake, "connecting")
            let isInTLS = unsafe PQstatus(connection) == CONNECTION_SSL_STARTUP && !peerIsGone(socket)
            switch unsafe PQconnectPoll(connection) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: interest = .reading
            case PGRES_POLLING_WRITING: interest = .writing
            default:
                throw unsafe ConnectFailure(
                    text: wire.message, isInTLS: isInTLS, needsPassword: PQconnectionNeedsPassword(connection) == 1
                ).error
            }
        }
    }

    private func startFailure(
        of wire: Wire, _ parameters: StartParameters, isReadable: Bool
    ) async throws(PostgresError) -> PostgresError {
        let message = ConnectFailure.readable(wire.message)
        let isAcceptable = try await run(.files, "checking the connection settings") { parameters.areAcceptable() }
        return PostgresError(isReadable && isAcceptable ? .connectionFailed : .badSettings, message)
    }

    /// Whether the other side has closed: its refusal of TLS would have come as a byte.
    private func peerIsGone(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno != EAGAIN)
    }

    private func run<Value: Sendable>(
        _ lane: ThreadLane, _ activity: String, _ work: @escaping @Sendable () -> Value
    ) async throws(PostgresError) -> Value {
        try await value(of: LaneJob(on: lane, work), activity)
    }

    private func value<Value>(of job: LaneJob<Value>, _ activity: String) async throws(PostgresError) -> Value {
        let (value, wake) = await job.value(until: deadline, heedsCancellation: true)
        if let value { return value }
        try check(wake, activity)
        throw PostgresError(.systemResources, "The system gave no thread for \(activity)")
    }

    private func check(_ wake: Wake, _ activity: String) throws(PostgresError) {
        switch wake {
        case .ready: return
        case .deadline: throw PostgresError(.timedOut, "No connection after \(limit.duration), while \(activity)")
        case .cancelled, .interrupted: throw PostgresError(.cancelled, "Connecting was cancelled, while \(activity)")
        case .failed: throw PostgresError(.systemResources, "The system cannot wait for a socket, while \(activity)")
        }
    }
}
