internal import CLibPQ
internal import FleetModel
internal import Glibc

/// The way from settings to a session, under one deadline: files, names, then libpq's handshake.
///
/// Where several servers are named, each has the whole limit, as with libpq's `connect_timeout`: one that does not answer,
/// as a host without power, is left for the next.
struct Opening {
    let parameters: StartParameters
    let limit: ConnectTimeout
    private(set) var deadline: ContinuousClock.Instant
    let notices: NoticeReceiver?

    init(_ settings: ConnectionSettings, limit: ConnectTimeout, notices: NoticeReceiver?) throws(PostgresError) {
        parameters = try StartParameters(settings)
        self.limit = limit
        deadline = .now + limit.duration
        self.notices = notices
    }

    /// Connects. Whatever goes wrong, no session and no socket is left.
    mutating func wire() async throws(PostgresError) -> Wire {
        let servers = try await run(.files, "reading the connection settings") { [parameters] in parameters.servers() }
        if let port = servers?.badPort {
            throw PostgresError(.badSettings, "port \"\(port)\" is no number from 1 to 65535")
        }
        let isList = (servers?.entries.count ?? 0) > 1
        if let servers, isList { deadline += limit.duration * (servers.entries.count - 1) }
        var (located, list) = try await locate(servers)
        var silent: [String] = []
        while true {
            let wire = try await start(located, isReadable: servers != nil)
            guard let connection = unsafe wire.connection else {
                throw PostgresError(.systemResources, "libpq has no memory for a connection")
            }
            _ = unsafe PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
            guard let left = unsafe try await shakeHands(wire, connection, eachHasLimit: isList, silent) else {
                _ = unsafe PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
                guard unsafe PQsetnonblocking(connection, 1) == 0 else {
                    throw PostgresError(.connectionFailed, wire.message)
                }
                return wire
            }
            wire.finish()
            silent.append(left.description)
            list = list?.without(left)
            guard let rest = list else { throw timedOut("connecting") }
            located = parameters.replacing(rest.keywords)
        }
    }

    private func start(_ located: StartParameters, isReadable: Bool) async throws(PostgresError) -> Wire {
        let wire = try await run(.files, "reading the connection settings") { [notices] in
            located.start(notices: notices)
        }
        guard let connection = unsafe wire.connection else { return wire }
        guard unsafe PQstatus(connection) != CONNECTION_BAD else {
            throw try await startFailure(of: wire, located, isReadable: isReadable)
        }
        return wire
    }

    /// Puts an address beside every host name, so that libpq asks no name service.
    private func locate(
        _ servers: ServerList?
    ) async throws(PostgresError) -> (parameters: StartParameters, servers: ServerList?) {
        // Settings that libpq refuses fail at the start, with its message.
        guard let servers, servers.needsResolving else { return (parameters, servers) }
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
        return (parameters.replacing(resolved.keywords), resolved)
    }

    /// - Parameters:
    ///   - eachHasLimit: whether a server that keeps silent for the limit is left.
    ///   - silent: the servers that were left before.
    /// - Returns: the server that kept silent; nil once there is a session.
    private func shakeHands(
        _ wire: Wire, _ connection: OpaquePointer, eachHasLimit: Bool, _ silent: [String]
    ) async throws(PostgresError) -> ServerList.Entry? {
        var interest = Readiness.Interest.writing
        var (server, turn) = unsafe (ServerList.Entry(of: connection), ContinuousClock.now + limit.duration)
        while true {
            // Anew each time: libpq may have gone on to another address with another socket.
            let socket = unsafe PQsocket(connection)
            guard socket >= 0 else { throw PostgresError(.connectionFailed, ConnectFailure.readable(wire.message)) }
            let next = unsafe ServerList.Entry(of: connection)
            if next != server { (server, turn) = (next, .now + limit.duration) }
            let end = eachHasLimit ? min(turn, deadline) : deadline
            let wake = await Readiness.shared.wait(
                Waiter(), on: socket, for: interest, until: end, heedsCancellation: true)
            if case .deadline = wake, eachHasLimit { return server }
            try check(wake, "connecting")
            let isInTLS = unsafe PQstatus(connection) == CONNECTION_SSL_STARTUP && !peerIsGone(socket)
            switch unsafe PQconnectPoll(connection) {
            case PGRES_POLLING_OK: return nil
            case PGRES_POLLING_READING: interest = .reading
            case PGRES_POLLING_WRITING: interest = .writing
            default:
                var error = unsafe ConnectFailure(
                    text: wire.message, isInTLS: isInTLS, needsPassword: PQconnectionNeedsPassword(connection) == 1
                ).error
                for server in silent { error.message += "; \(server) did not answer within \(limit.duration)" }
                throw error
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
        case .deadline: throw timedOut(activity)
        case .cancelled, .interrupted: throw PostgresError(.cancelled, "Connecting was cancelled, while \(activity)")
        case .failed: throw PostgresError(.systemResources, "The system cannot wait for a socket, while \(activity)")
        }
    }

    private func timedOut(_ activity: String) -> PostgresError {
        PostgresError(.timedOut, "No connection after \(limit.duration), while \(activity)")
    }
}
